import sharp from 'sharp';
import type { Inspected } from './header';
import { PIXEL_LIMIT } from './memory';
import type { TiffLayout } from './tiff/layout';
import type { TiffPlan } from './tiff/plan';
import { readSamples, type Samples } from './tiff/samples';

/** The numbers of a picture, one grey or three colours a pixel, row-major. */
export interface Numbers {
  readonly samples: Samples;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
  /** How they must still be turned to be upright. */
  readonly orientation: number;
  /** Whether the smallest is white. */
  readonly inverted: boolean;
  /** The number that means "nothing here". */
  readonly noData: number | null;
}

/** Samples that are not colours of 8 bits, alpha over white. */
export async function readNumbers(file: string, { tiff }: Inspected): Promise<Numbers> {
  if (!tiff) return readDeepPng(file);
  const { layout, plan } = tiff;
  const { width, height, orientation, noData } = layout;
  const samples = plan.alpha === null ? await readSamples(file, layout, plan.bands) : await readOverWhite(file, layout, plan, plan.alpha);
  const raw = { width, height, channels: plan.bands.length === 1 ? 1 : 3 } as const;
  return { samples, raw, orientation, inverted: layout.photometric === 0, noData };
}

async function readDeepPng(file: string): Promise<Numbers> {
  const options = { failOn: 'error', limitInputPixels: PIXEL_LIMIT } as const;
  const { channels = 3 } = await sharp(file, options).metadata();
  const space = channels < 3 ? 'grey16' : 'rgb16';
  const upright = sharp(file, options).autoOrient().flatten({ background: '#fff' }).pipelineColourspace(space).toColourspace(space);
  const { data, info } = await upright.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
  return {
    samples: new Uint16Array(data.buffer, data.byteOffset, data.length / 2),
    raw: { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3 },
    orientation: 1,
    inverted: false,
    noData: null,
  };
}

/** Unsigned integers with their opacity, laid over the largest of them. */
async function readOverWhite(file: string, layout: TiffLayout, plan: TiffPlan, alpha: number): Promise<Samples> {
  const channels = plan.bands.length;
  const read = await readSamples(file, layout, [...plan.bands, alpha]);
  const white = layout.photometric === 0 ? 0 : 2 ** layout.bits - 1;
  const full = 2 ** layout.bits - 1;
  const premultiplied = layout.extra[0] === 1;
  const out = read.subarray(0, (read.length / (channels + 1)) * channels);
  for (let from = 0, to = 0; from < read.length; from += channels + 1) {
    const opacity = read[from + channels]! / full;
    for (let band = 0; band < channels; band++) {
      out[to++] = Math.round(read[from + band]! * (premultiplied ? 1 : opacity) + white * (1 - opacity));
    }
  }
  return out;
}
