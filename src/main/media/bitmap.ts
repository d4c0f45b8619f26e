import type { Sharp } from 'sharp';
import { bitmapHeader } from '@shared/bitmap';

/** A bitmap as `shared/bitmap.ts` has it: its header and its pixels. */
export type BitmapParts = readonly [header: Uint8Array, pixels: Uint8Array];

/** Runs a pipeline of upright, opaque sRGB (see `openRgb`) and gives what comes out of it. */
export async function toBitmap(picture: Sharp): Promise<BitmapParts> {
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new RangeError(`${info.channels} channels are no bitmap`);
  return [bitmapHeader(info.width, info.height), data];
}
