import { LRUCache } from 'lru-cache';
import { isTiled, TILED_ABOVE } from '@shared/picture';
import type { Picture, PictureSource } from './picture';
import { TiledPicture } from './tiled-picture';
import { WholePicture } from './whole-picture';

/** Pictures kept decoded: the one shown and its neighbours; and the pixels they may have together. */
const KEPT = 6;
const BUDGET = 120_000_000;

interface Entry {
  readonly loading: Promise<Picture>;
  /** Null while it is loading. */
  picture: Picture | null;
}

/** Loads pictures, and keeps the last few so that going back and forth is immediate. */
export class Pictures {
  /** By address. */
  readonly #entries = new LRUCache<string, Entry>({ max: KEPT, maxSize: BUDGET, dispose: ({ picture }) => picture?.close() });

  peek(url: string): Picture | null {
    return this.#entries.peek(url)?.picture ?? null;
  }

  open(source: PictureSource): Promise<Picture> {
    const { url, width, height } = source;
    const known = this.#entries.get(url);
    if (known) return known.loading;
    const entry: Entry = { loading: loadPicture(source), picture: null };
    this.#entries.set(url, entry, { size: Math.min(width * height, TILED_ABOVE) });
    return this.#loaded(url, entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  async #loaded(url: string, entry: Entry): Promise<Picture> {
    try {
      entry.picture = await entry.loading;
      return entry.picture;
    } catch (thrown) {
      if (this.#entries.peek(url) === entry) this.#entries.delete(url);
      throw thrown;
    }
  }
}

/** @throws EspalierError IMAGE_UNREADABLE */
function loadPicture(source: PictureSource): Promise<Picture> {
  return isTiled(source.width, source.height) ? TiledPicture.load(source) : WholePicture.load(source);
}
