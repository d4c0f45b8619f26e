import type { LeftOut } from '@shared/run-news';
import type { ImageCache, SourceImage } from './image-cache';
import { leftOutBy, noneReadable, type OnLeftOut } from './left-out';

/** An image of a plan, with a mask where it has one. */
export interface Source {
  readonly id: number;
  readonly path: string;
  readonly mask: string | null;
}

/**
 * Decoded images of a list. In the place of one that cannot be read comes the next that can, so that what is read depends on the list and
 * on the files alone, whichever was asked for first.
 */
export class Sources {
  readonly #leftOut = new Map<number, LeftOut>();

  /** @param which of a run's images these are, as an adjective */
  constructor(
    private readonly list: readonly Source[],
    private readonly which: string,
    private readonly cache: ImageCache,
    private readonly onLeftOut: OnLeftOut,
  ) {}

  /** @throws EspalierError NONE_READABLE */
  async at(index: number): Promise<SourceImage> {
    const { list } = this;
    for (let i = index; i < index + list.length; i++) {
      const image = await this.#read(i % list.length);
      if (image) return image;
    }
    throw noneReadable(list.length, this.which, this.#leftOut.get(index)!);
  }

  async #read(index: number): Promise<SourceImage | null> {
    const { id, path, mask } = this.list[index]!;
    if (this.#leftOut.has(index)) return null;
    try {
      return await this.cache.get(path, mask);
    } catch (error) {
      const leftOut = leftOutBy(error, 'training', { id, path });
      if (!this.#leftOut.has(index)) this.onLeftOut(leftOut);
      this.#leftOut.set(index, leftOut);
      return null;
    }
  }
}
