import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { ImageView } from '@shared/best-masks';
import { EspalierError } from '@shared/errors';
import type { ViewMaps } from '../head/view-maps';
import { viewOf, viewSize } from '../head/views';
import { decodeIndexed, type ImageFile } from '../predict/images';
import type { FrozenBackbone } from '../head/frozen-backbone';

/** What the backbone sees in the view of an image. */
export interface SeenView {
  readonly width: number;
  readonly height: number;
  readonly maps: ViewMaps;
}

/** Pixels of the largest view, and of the largest that is made by enlarging: a preview is to be there within a second. */
const [MOST_PIXELS, MOST_ENLARGED] = [1_000_000, 600_000] as const;
/** Small images are seen better enlarged, up to so many times. */
const MOST_SCALE = 2;
/** Views kept, those that were looked at last: at most 60 MB. */
const KEPT = 4;

/** How a preview looks at an image: small ones enlarged, large ones made smaller. */
export function previewView({ width, height }: Pick<ImageFile, 'width' | 'height'>): ImageView {
  const scaleFor = (pixels: number): number => Math.sqrt(pixels / (width * height));
  return { mirrored: false, scale: Math.min(MOST_SCALE, Math.max(1, scaleFor(MOST_ENLARGED)), scaleFor(MOST_PIXELS)) };
}

/** Looks at images as previews do, and keeps what was seen in the last few. */
export class PreviewViews {
  readonly #kept = new LRUCache<string, Promise<SeenView>>({ max: KEPT });

  /** @throws EspalierError IMAGE_MISSING; IMAGE_UNREADABLE, also where the image has another size than when it was indexed */
  async look(image: ImageFile, backbone: FrozenBackbone): Promise<SeenView> {
    const { mtimeMs, size } = await stat(image.path).catch((cause: unknown) => {
      throw new EspalierError('IMAGE_MISSING', { name: basename(image.path) }, { cause });
    });
    const key = `${image.path} ${mtimeMs} ${size}`;
    const seen = this.#kept.get(key) ?? look(image, backbone);
    this.#kept.set(key, seen);
    seen.catch(() => this.#kept.delete(key));
    return seen;
  }
}

async function look(image: ImageFile, backbone: FrozenBackbone): Promise<SeenView> {
  const view = previewView(image);
  const [maps] = backbone.look([await viewOf(await decodeIndexed(image), view)]);
  return { ...viewSize(image, view), maps: maps! };
}
