import { SvelteSet } from 'svelte/reactivity';
import type { ImageList } from './image-list.svelte';

/** Images chosen in one go at most: each is asked for by its place in the list. */
export const CHOOSE_UP_TO = 10_000;

/** Several images chosen in the gallery, by id. A range begins where the last single choice was made. */
export class ChosenImages {
  readonly ids = new SvelteSet<number>();
  #anchor: number | null = null;

  clear(): void {
    this.ids.clear();
    this.#anchor = null;
  }

  /** Chooses an image of the list, or no longer. */
  async toggle(list: ImageList, index: number): Promise<void> {
    this.#anchor = index;
    const image = await list.fetch(index);
    if (image && !this.ids.delete(image.id)) this.ids.add(image.id);
  }

  /** Chooses what lies between the last single choice (or `from`) and an image, and nothing else. Tells whether all of it fits. */
  async extend(list: ImageList, index: number, from: number): Promise<boolean> {
    this.#anchor ??= from;
    return this.#choose(list, Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1);
  }

  async all(list: ImageList): Promise<boolean> {
    return this.#choose(list, 0, list.total);
  }

  async #choose(list: ImageList, first: number, end: number): Promise<boolean> {
    const ids: number[] = [];
    for (let at = first; at < Math.min(end, first + CHOOSE_UP_TO); at++) {
      const image = await list.fetch(at);
      if (image) ids.push(image.id);
    }
    this.ids.clear();
    for (const id of ids) this.ids.add(id);
    return end - first <= CHOOSE_UP_TO;
  }
}
