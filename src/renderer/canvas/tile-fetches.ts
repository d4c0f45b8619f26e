import { waitFor, type Wait } from '../editor/save-queue';
import { keyOf, type TilePlace } from './tiles';

/** Tiles fetched at a time. */
const LANES = 6;
/** Waits before a tile that failed is asked for again, milliseconds; the last one repeats. */
const PAUSES = [1000, 2000, 5000, 15_000] as const;

/** Fetches the tiles that a view wants, a few at a time. One that fails is asked for again, after growing pauses, while it is wanted. */
export class TileFetches {
  readonly #fetching = new Set<string>();
  /** Those that wait to be asked for again. */
  readonly #resting = new Set<string>();
  readonly #failures = new Map<string, number>();
  #wanted: readonly TilePlace[] = [];

  /** @param load fulfilled when the tile is there, or nobody wants it any more */
  constructor(
    private readonly load: (tile: TilePlace) => Promise<void>,
    private readonly wait: Wait = waitFor,
  ) {}

  /** What the view wants now, and lacks; what it wanted before is forgotten. */
  want(tiles: readonly TilePlace[]): void {
    this.#wanted = tiles;
    this.#next();
  }

  #next(): void {
    for (const tile of this.#wanted) {
      if (this.#fetching.size >= LANES) return;
      const key = keyOf(tile);
      if (this.#fetching.has(key) || this.#resting.has(key)) continue;
      this.#fetching.add(key);
      void this.#fetch(tile, key);
    }
  }

  async #fetch(tile: TilePlace, key: string): Promise<void> {
    try {
      await this.load(tile);
      this.#failures.delete(key);
      this.#wanted = this.#wanted.filter((each) => keyOf(each) !== key);
    } catch {
      void this.#rest(key); // The coarser tile stays in its place meanwhile.
    } finally {
      this.#fetching.delete(key);
      this.#next();
    }
  }

  async #rest(key: string): Promise<void> {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#resting.add(key);
    await this.wait(PAUSES[Math.min(failures, PAUSES.length - 1)]!);
    this.#resting.delete(key);
    this.#next();
  }
}
