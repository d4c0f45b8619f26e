import type Konva from 'konva';
import { Emitter } from '../editor/emitter';
import type { ImagePixels } from '../editor/pixels';
import { colorsOf, fetchBitmap } from './fetch-bitmap';
import type { Picture, PictureSource, Placement } from './picture';

/** Halved copies are made until they have fewer pixels than this. */
const SMALL = 200_000;

/** A decoded image with halved copies, so that showing a large one small neither flickers nor costs its full size. */
export class WholePicture implements Picture {
  readonly changed = new Emitter();
  #pixels: ImagePixels | null = null;
  #closed = false;

  private constructor(
    readonly width: number,
    readonly height: number,
    /** The full size first, each next one half as wide and high. */
    private readonly levels: ImageBitmap[],
  ) {}

  /** @throws EspalierError IMAGE_UNREADABLE */
  static async load({ url, name }: PictureSource): Promise<WholePicture> {
    const full = await fetchBitmap(url, name);
    const levels = [full];
    const { width, height } = full;
    for (let half = 2; (4 * width * height) / (half * half) > SMALL; half *= 2) {
      const size = { resizeWidth: Math.ceil(width / half), resizeHeight: Math.ceil(height / half) };
      levels.push(await createImageBitmap(levels[levels.length - 1]!, { ...size, resizeQuality: 'medium' }));
    }
    return new WholePicture(width, height, levels);
  }

  get overview(): ImageBitmap {
    return this.levels[this.levels.length - 1]!;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Read once, when first asked for. */
  get pixels(): ImagePixels {
    this.#pixels ??= { width: this.width, height: this.height, data: colorsOf(this.levels[0]!) };
    return this.#pixels;
  }

  /** Draws the smallest copy that still has a pixel for each device pixel. */
  draw(context: Konva.Context, { x, y, scale }: Placement): void {
    const index = Math.floor(Math.log2(1 / Math.min(scale, 1)));
    const level = this.levels[Math.min(index, this.levels.length - 1)]!;
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(level, x, y, this.width * scale, this.height * scale);
  }

  knows(): boolean {
    return true;
  }

  loadPixels(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#closed = true;
    for (const level of this.levels) level.close();
  }
}
