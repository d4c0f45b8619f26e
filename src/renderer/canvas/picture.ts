import { EspalierError } from '@shared/errors';
import type { ImagePixels } from '../editor/pixels';

/** Below this many pixels a picture needs no smaller copies. */
const SMALL = 1_500_000;

/** A decoded image with halved copies, so that showing a large one small neither flickers nor costs its full size. */
export class Picture {
  #pixels: ImagePixels | null = null;
  #closed = false;

  private constructor(
    readonly width: number,
    readonly height: number,
    /** The full size first, each next one half as wide and high. */
    private readonly levels: ImageBitmap[],
  ) {}

  /** @throws EspalierError IMAGE_UNREADABLE */
  static async load(url: string, name: string): Promise<Picture> {
    let full: ImageBitmap;
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(await answer.text());
      full = await createImageBitmap(await answer.blob());
    } catch (cause) {
      throw new EspalierError('IMAGE_UNREADABLE', { name, reason: 'it could not be decoded' }, { cause });
    }
    const levels = [full];
    const { width, height } = full;
    for (let half = 2; (width * height) / (half * half) > SMALL / 4; half *= 2) {
      const size = { resizeWidth: Math.ceil(width / half), resizeHeight: Math.ceil(height / half) };
      levels.push(await createImageBitmap(levels[levels.length - 1]!, { ...size, resizeQuality: 'medium' }));
    }
    return new Picture(width, height, levels);
  }

  /** The smallest copy that still has a pixel for each device pixel, at `scale` device pixels per image pixel. */
  levelFor(scale: number): ImageBitmap {
    const index = Math.floor(Math.log2(1 / Math.min(scale, 1)));
    return this.levels[Math.min(index, this.levels.length - 1)]!;
  }

  /** The colours, read once. */
  pixels(): ImagePixels {
    if (this.#pixels) return this.#pixels;
    const canvas = new OffscreenCanvas(this.width, this.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser gives no 2D canvas');
    context.drawImage(this.levels[0]!, 0, 0);
    const { data } = context.getImageData(0, 0, this.width, this.height);
    this.#pixels = { width: this.width, height: this.height, data };
    return this.#pixels;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const level of this.levels) level.close();
  }
}
