import type { ResultOf } from '@shared/protocol';

export type Remark = ResultOf<'export.masks'>['remarks'][number];

/** Names told with each remark. */
const EXAMPLES = 10;

/** What is to be said of an export: how many images were left out or are incomplete, why, and the first of them by name. */
export class Remarks {
  readonly #remarks = new Map<string, { images: number; names: string[] }>();

  add(what: string, name: string): void {
    this.count(what, 1);
    const { names } = this.#remarks.get(what)!;
    if (names.length < EXAMPLES) names.push(name);
  }

  /** Remarks on images that are not named. */
  count(what: string, images: number): void {
    if (images === 0) return;
    const known = this.#remarks.get(what);
    if (known) known.images += images;
    else this.#remarks.set(what, { images, names: [] });
  }

  list(): Remark[] {
    return [...this.#remarks].map(([what, remark]) => ({ what, ...remark }));
  }
}
