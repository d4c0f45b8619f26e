import { Picture } from './picture';

/** Pictures kept decoded: the one shown and its neighbours. */
const KEPT = 4;

/** Loads pictures, and keeps the last few so that going back and forth is immediate. */
export class Pictures {
  /** By address, in order of use. */
  readonly #pictures = new Map<string, Promise<Picture>>();
  readonly #ready = new Map<string, Picture>();

  peek(url: string): Picture | null {
    return this.#ready.get(url) ?? null;
  }

  open(url: string, name: string): Promise<Picture> {
    const known = this.#pictures.get(url);
    this.#pictures.delete(url);
    const picture = known ?? this.#load(url, name);
    this.#pictures.set(url, picture);
    for (const old of [...this.#pictures.keys()].slice(0, -KEPT)) {
      this.#ready.get(old)?.close();
      this.#ready.delete(old);
      this.#pictures.delete(old);
    }
    return picture;
  }

  clear(): void {
    for (const picture of this.#ready.values()) picture.close();
    this.#ready.clear();
    this.#pictures.clear();
  }

  async #load(url: string, name: string): Promise<Picture> {
    try {
      const picture = await Picture.load(url, name);
      if (this.#pictures.has(url)) this.#ready.set(url, picture);
      return picture;
    } catch (thrown) {
      this.#pictures.delete(url);
      throw thrown;
    }
  }
}
