import type { Size } from '../base/format';
import { measureSpans, type Spans } from './fill';

/** A region inside its box: runs row by row, the first one outside, the second inside, and so on. */
export interface BoxRuns extends Size {
  readonly left: number;
  readonly top: number;
  readonly runs: readonly number[];
}

/** @param spans not empty */
export function boxRuns(spans: Spans): BoxRuns {
  const [left, top, width, height] = measureSpans(spans).box;
  const inside = new Uint8Array(width * height);
  for (let i = 0; i < spans.length; i += 3) {
    for (let y = spans[i + 1]!; y < spans[i + 2]!; y++) inside[(y - top) * width + spans[i]! - left] = 1;
  }
  const runs: number[] = [];
  for (let at = 0, value = 0; at < inside.length; value = 1 - value) {
    const from = at;
    while (at < inside.length && inside[at] === value) at++;
    runs.push(at - from);
  }
  return { left, top, width, height, runs };
}

/** Gives the pixels a number; false, and nothing is changed, when they do not fit the image. */
export function paintBoxRuns(data: Uint8Array, size: Size, { left, top, width, height, runs }: BoxRuns, value: number): boolean {
  if (left + width > size.width || top + height > size.height) return false;
  if (!runs.every((run) => Number.isInteger(run) && run >= 0)) return false;
  if (runs.reduce((sum, run) => sum + run, 0) > width * height) return false;
  let at = 0;
  for (const [i, run] of runs.entries()) {
    for (const end = at + run; at < end; at++) {
      if (i % 2 === 1) data[(top + Math.floor(at / width)) * size.width + left + (at % width)] = value;
    }
  }
  return true;
}
