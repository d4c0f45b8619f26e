import { LRUCache } from 'lru-cache';

/**
 * Rows of a list too long to hold, kept by pages; the pages used longest ago are forgotten beyond `maxPages`.
 */
export class PageCache<T> {
  readonly #pages: LRUCache<number, readonly T[]>;

  constructor(
    readonly pageSize: number,
    maxPages: number,
  ) {
    this.#pages = new LRUCache({ max: maxPages });
  }

  /** The row at an index, or undefined while its page is not here. */
  get(index: number): T | undefined {
    return this.#pages.get(this.pageOf(index))?.[index % this.pageSize];
  }

  pageOf(index: number): number {
    return Math.floor(index / this.pageSize);
  }

  /** The pages holding rows first … end − 1 that are not here. Those that are count as used now. */
  missing(first: number, end: number): number[] {
    const pages: number[] = [];
    if (end <= first) return pages;
    for (let page = this.pageOf(first); page <= this.pageOf(end - 1); page++) {
      if (!this.#pages.get(page)) pages.push(page);
    }
    return pages;
  }

  put(page: number, rows: readonly T[]): void {
    this.#pages.set(page, rows);
  }

  /** Replaces the rows for which `change` returns another one. */
  update(change: (row: T) => T): void {
    for (const [page, rows] of [...this.#pages.entries()]) {
      const changed = rows.map(change);
      if (changed.some((row, i) => row !== rows[i])) this.#pages.set(page, changed);
    }
  }

  clear(): void {
    this.#pages.clear();
  }
}
