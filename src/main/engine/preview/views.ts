import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { ImageView } from '@shared/best-masks';
import { EspalierError } from '@shared/errors';
import { decodeRgb, type RgbImage } from '../../media/decode';
import { viewOf } from '../head/views';

/** An image as the engine reads it. */
export interface PreviewImage {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the largest view: a preview is to be there within a second. */
const MOST_PIXELS = 1_000_000;
/** Views kept, those that were looked at last: at most 12 MB. */
const KEPT = 4;

/** How a preview looks at an image: as it is, or smaller. */
export const previewView = ({ width, height }: Pick<PreviewImage, 'width' | 'height'>): ImageView => ({
  mirrored: false,
  scale: Math.min(1, Math.sqrt(MOST_PIXELS / (width * height))),
});

/** Reads images as a preview looks at them, and keeps the last few. */
export class PreviewViews {
  readonly #kept = new LRUCache<string, Promise<RgbImage>>({ max: KEPT });

  /** @throws EspalierError IMAGE_UNREADABLE, also where the image has another size than when it was indexed */
  async read(image: PreviewImage): Promise<RgbImage> {
    const { mtimeMs, size } = await stat(image.path).catch((cause: unknown) => {
      throw new EspalierError('IMAGE_MISSING', { name: basename(image.path) }, { cause });
    });
    const key = `${image.path} ${mtimeMs} ${size}`;
    const known = this.#kept.get(key) ?? read(image);
    this.#kept.set(key, known);
    known.catch(() => this.#kept.delete(key));
    return known;
  }
}

async function read({ path, width, height }: PreviewImage): Promise<RgbImage> {
  const rgb = await decodeRgb(path);
  if (rgb.width !== width || rgb.height !== height) {
    const reason = `it is ${rgb.width} × ${rgb.height} pixels, and was ${width} × ${height} when it was indexed`;
    throw new EspalierError('IMAGE_UNREADABLE', { name: basename(path), reason });
  }
  return viewOf(rgb, previewView(rgb));
}
