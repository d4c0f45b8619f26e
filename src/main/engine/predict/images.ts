import { basename, join } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { RunInputs } from '@shared/run';
import { decodeRgb, type RgbImage } from '../../media/decode';

/** An image to predict; its size is the upright one. */
export interface ImageFile {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** An image decoded. @throws EspalierError IMAGE_UNREADABLE, also where it has another size than when it was indexed */
export async function decodeIndexed({ path, width, height }: ImageFile): Promise<RgbImage> {
  const rgb = await decodeRgb(path);
  if (rgb.width === width && rgb.height === height) return rgb;
  const reason = `it is ${rgb.width} × ${rgb.height} pixels, and was ${width} × ${height} when it was indexed`;
  throw new EspalierError('IMAGE_UNREADABLE', { name: basename(path), reason });
}

/** An image and the name that its masks have. */
export interface NamedImage extends ImageFile {
  readonly name: string;
}

/** An image and the PNG of class ids that it is compared with, 255 = not counted. */
export interface TruthImage extends NamedImage {
  readonly truth: string;
}

/** Labelled images of a run, with the labels in its folder as their truth. */
export function labelledImages(labelled: RunInputs['labelled'], folder: string): TruthImage[] {
  return labelled.map(({ labels, ...image }) => ({ ...image, name: labels.replace(/\.png$/, ''), truth: join(folder, labels) }));
}
