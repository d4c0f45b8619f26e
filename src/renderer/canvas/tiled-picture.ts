import type Konva from 'konva';
import { LRUCache } from 'lru-cache';
import { pyramidLevels } from '@shared/picture';
import { Emitter } from '../editor/emitter';
import { intersect } from '../editor/geometry';
import type { ImagePixels } from '../editor/pixels';
import { originOf, type ImageWindow } from '../editor/window';
import { colorsOf, fetchBitmap } from './fetch-bitmap';
import type { Picture, PictureSource, Pixel, Placement } from './picture';
import { TileFetches } from './tile-fetches';
import { covers, keyOf, parentOf, tileRect, tilesIn, tilesInView, windowAround, type TilePlace } from './tiles';

/** Tiles held at most, a megabyte each. */
const KEPT = 192;
/** Images of more pixels than this give the colours of a window only: 4 bytes each would be too much to hold. */
const COLORS_UP_TO = 100_000_000;

/** An image too large to be decoded whole: the tiles in view are fetched, the coarser ones there are shown meanwhile. */
export class TiledPicture implements Picture {
  readonly changed = new Emitter();
  readonly width: number;
  readonly height: number;
  readonly #levels: number;
  /** The overview is not among them. */
  readonly #tiles = new LRUCache<string, ImageBitmap>({ max: KEPT, dispose: (bitmap) => bitmap.close() });
  readonly #fetches = new TileFetches((tile) => this.#load(tile));
  #pixels: ImagePixels | null = null;
  /** The window whose colours were asked for last; the reading of earlier ones ends. */
  #window: ImageWindow | null = null;
  #read = Promise.resolve();
  #closed = false;

  private constructor(
    private readonly source: PictureSource,
    readonly overview: ImageBitmap,
  ) {
    this.width = source.width;
    this.height = source.height;
    this.#levels = pyramidLevels(source.width, source.height);
  }

  /** Waits for the first tile, and so for the pyramid to be made where there is none yet. @throws EspalierError IMAGE_UNREADABLE */
  static async load(source: PictureSource): Promise<TiledPicture> {
    const top = pyramidLevels(source.width, source.height) - 1;
    return new TiledPicture(source, await fetchBitmap(source.tileUrl(top, 0, 0), source.name));
  }

  get closed(): boolean {
    return this.#closed;
  }

  get pixels(): ImagePixels | null {
    return this.#pixels;
  }

  draw(context: Konva.Context, place: Placement): void {
    const tiles = tilesInView(this, this.#levels, place);
    context.imageSmoothingEnabled = place.scale < 1;
    for (const tile of tiles) this.#drawTile(context, tile, place);
    this.#fetches.want(tiles.filter((tile) => !this.#held(tile)));
  }

  knows(place: Pixel): boolean {
    return this.#pixels !== null && covers(this.#pixels, place, this);
  }

  loadPixels(place: Pixel): Promise<void> {
    const { width, height } = this;
    if (!this.#window || !covers(this.#window, place, this)) {
      this.#window = width * height <= COLORS_UP_TO ? { width, height } : windowAround(place, this);
      const window = this.#window;
      this.#read = this.#readColors(window).catch((thrown: unknown) => {
        if (this.#window === window) this.#window = null; // Whoever asks next has them read anew.
        throw thrown;
      });
    }
    return this.#read;
  }

  /** Reads every tile of full size once that a window touches. */
  async #readColors(window: ImageWindow): Promise<void> {
    const { width, height } = window;
    const { x, y } = originOf(window);
    const rect = { x0: x, y0: y, x1: x + width, y1: y + height };
    const data = new Uint8ClampedArray(width * height * 4);
    for (const tile of tilesIn(rect)) {
      const held = this.#tiles.get(keyOf(tile));
      const bitmap = held ?? (await fetchBitmap(this.#url(tile), this.source.name));
      if (this.#window !== window || this.#closed) return;
      const [left, top, right, bottom] = tileRect(tile, this);
      const part = intersect(rect, { x0: left, y0: top, x1: right, y1: bottom });
      const colors = colorsOf(bitmap);
      for (let row = part.y0; row < part.y1; row++) {
        const from = (row - top) * bitmap.width - left;
        data.set(colors.subarray((from + part.x0) * 4, (from + part.x1) * 4), ((row - y) * width + part.x0 - x) * 4);
      }
      if (!held) bitmap.close();
    }
    this.#pixels = { ...window, data };
  }

  close(): void {
    this.#closed = true;
    this.#fetches.want([]);
    this.overview.close();
    this.#tiles.clear();
  }

  /** The tile, or the part of the finest coarser one that covers it. Edges lie on whole device pixels, so that no seam shows. */
  #drawTile(context: Konva.Context, tile: TilePlace, { x, y, scale }: Placement): void {
    const [x0, y0, x1, y1] = tileRect(tile, this);
    const [left, top] = [Math.round(x0 * scale + x), Math.round(y0 * scale + y)];
    const [width, height] = [Math.round(x1 * scale + x) - left, Math.round(y1 * scale + y) - top];
    let from = tile;
    while (!this.#held(from)) from = parentOf(from);
    const bitmap = this.#held(from)!;
    const [fromX, fromY, endX, endY] = tileRect(from, this);
    const [across, down] = [bitmap.width / (endX - fromX), bitmap.height / (endY - fromY)];
    const part = [(x0 - fromX) * across, (y0 - fromY) * down, (x1 - x0) * across, (y1 - y0) * down] as const;
    context.drawImage(bitmap, ...part, left, top, width, height);
  }

  #held(tile: TilePlace): ImageBitmap | undefined {
    return tile.level === this.#levels - 1 ? this.overview : this.#tiles.get(keyOf(tile));
  }

  #url({ level, x, y }: TilePlace): string {
    return this.source.tileUrl(level, x, y);
  }

  async #load(tile: TilePlace): Promise<void> {
    const bitmap = await fetchBitmap(this.#url(tile), this.source.name);
    if (this.#closed) return bitmap.close();
    this.#tiles.set(keyOf(tile), bitmap);
    this.changed.emit();
  }
}
