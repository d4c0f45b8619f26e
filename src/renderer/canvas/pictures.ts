import { TILED_ABOVE } from '@shared/picture';
import { loadPicture, type Picture, type PictureSource } from './picture';

/** Pictures kept decoded: the one shown and its neighbours; and the pixels they may have together, beyond the newest. */
const KEPT = 6;
const BUDGET = 120_000_000;

/** Loads pictures, and keeps the last few so that going back and forth is immediate. */
export class Pictures {
  /** By address, in order of use. */
  readonly #pictures = new Map<string, { readonly loading: Promise<Picture>; readonly pixels: number }>();
  readonly #ready = new Map<string, Picture>();

  peek(url: string): Picture | null {
    return this.#ready.get(url) ?? null;
  }

  open(source: PictureSource): Promise<Picture> {
    const { url, width, height } = source;
    const known = this.#pictures.get(url);
    this.#pictures.delete(url);
    const entry = known ?? { loading: this.#load(source), pixels: Math.min(width * height, TILED_ABOVE) };
    this.#pictures.set(url, entry);
    this.#spare();
    return entry.loading;
  }

  clear(): void {
    for (const picture of this.#ready.values()) picture.close();
    this.#ready.clear();
    this.#pictures.clear();
  }

  /** Closes the pictures used longest ago. */
  #spare(): void {
    let [count, pixels] = [0, 0];
    for (const [url, entry] of [...this.#pictures].reverse()) {
      count++;
      pixels += entry.pixels;
      if (count === 1 || (count <= KEPT && pixels <= BUDGET)) continue;
      this.#ready.get(url)?.close();
      this.#ready.delete(url);
      this.#pictures.delete(url);
    }
  }

  async #load(source: PictureSource): Promise<Picture> {
    const { url } = source;
    try {
      const picture = await loadPicture(source);
      if (this.#pictures.has(url)) this.#ready.set(url, picture);
      return picture;
    } catch (thrown) {
      this.#pictures.delete(url);
      throw thrown;
    }
  }
}
