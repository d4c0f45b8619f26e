import { IGNORE } from '@shared/mask';
import type { Size } from '../viewport';
import type { Judged } from './region';

/** A region of a prediction, as `predictionRegion` finds it from (x, y), of which something is neither labelled nor rejected yet. */
export interface OpenRegion {
  readonly x: number;
  readonly y: number;
  /** Pixels that are neither. */
  readonly open: number;
  /** Sum of their doubts: how much they are doubted, times how many they are. */
  readonly doubt: number;
}

/** Pixels that a region has at least to be worth a decision of its own: one of 5,000 of its image, and 25. */
export const smallestRegion = ({ width, height }: Size): number => Math.max(25, Math.ceil((width * height) / 5000));

/**
 * The regions of which at least `least` pixels are open, the most doubted first.
 * @param labels class ids by pixel, 255: not labelled
 * @param groups where a region ends, by stored bytes, as for `predictionRegion`
 * @param doubts of a pixel by its stored bytes
 */
export function openRegions(judged: Judged, labels: Uint8Array, groups: Uint8Array, doubts: Float64Array, least: number): OpenRegion[] {
  const { planes, rejected } = judged;
  const { classes, confidence, similarity, width, height } = planes;
  const runs = new Runs();
  for (let y = 0; y < height; y++) {
    runs.beginRow();
    const row = y * width;
    for (let x = 0; x < width;) {
      const id = classes[row + x]!;
      const group = groups[(confidence[row + x]! << 8) | similarity[row + x]!]!;
      const x0 = x;
      let [open, doubt] = [0, 0];
      for (; x < width; x++) {
        const i = row + x;
        const bytes = (confidence[i]! << 8) | similarity[i]!;
        if (classes[i] !== id || groups[bytes] !== group) break;
        if (labels[i] !== IGNORE || rejected?.[i] === id) continue;
        open++;
        doubt += doubts[bytes]!;
      }
      if (id !== IGNORE) runs.add({ x0, x1: x, y, kind: (id << 8) | group, open, doubt });
    }
  }
  return runs
    .joined()
    .filter(({ open }) => open >= least)
    .map(({ x0, y, open, doubt }) => ({ x: x0, y, open, doubt }))
    .sort((a, b) => b.doubt - a.doubt);
}

interface Run {
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  /** Only runs of one kind are joined. */
  readonly kind: number;
  open: number;
  doubt: number;
}

/** Runs of pixels in rows, joined where those of one kind touch from row to row. */
class Runs {
  readonly #runs: Run[] = [];
  readonly #parents: number[] = [];
  /** Where the row above begins, and this one. */
  #above = 0;
  #row = 0;
  /** The first run of the row above that may touch the next run. */
  #next = 0;

  beginRow(): void {
    [this.#above, this.#row] = [this.#row, this.#runs.length];
    this.#next = this.#above;
  }

  add(run: Run): void {
    const own = this.#runs.push(run) - 1;
    this.#parents.push(own);
    const touching = (i: number): Run | undefined => (i < this.#row ? this.#runs[i] : undefined);
    while ((touching(this.#next)?.x1 ?? Infinity) <= run.x0) this.#next++;
    for (let i = this.#next; (touching(i)?.x0 ?? Infinity) < run.x1; i++) if (this.#runs[i]!.kind === run.kind) this.#join(i, own);
  }

  /** The first run of each region, with what the whole region has. */
  joined(): Run[] {
    const roots: Run[] = [];
    for (const [i, run] of this.#runs.entries()) {
      const root = this.#root(i);
      if (root === i) roots.push(run);
      else {
        this.#runs[root]!.open += run.open;
        this.#runs[root]!.doubt += run.doubt;
      }
    }
    return roots;
  }

  #root(i: number): number {
    while (this.#parents[i] !== i) i = this.#parents[i] = this.#parents[this.#parents[i]!]!;
    return i;
  }

  #join(a: number, b: number): void {
    const [one, other] = [this.#root(a), this.#root(b)];
    this.#parents[Math.max(one, other)] = Math.min(one, other);
  }
}
