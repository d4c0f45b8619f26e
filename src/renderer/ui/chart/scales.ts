import { extent, leastIndex, ticks } from 'd3-array';

/** Arithmetic of charts: domains, ticks and paths. */
export type Domain = readonly [low: number, high: number];
export type Point = readonly [x: number, y: number];

/** The smallest domain holding all finite values, widened by `include`; [0, 1] when there are none. */
export function domainOf(values: readonly number[], include: readonly number[] = []): Domain {
  const [low, high] = extent([...values, ...include].filter(Number.isFinite));
  if (low === undefined) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

/** Ticks of an axis that counts, about `count` of them: whole numbers only. */
export const wholeTicks = ([low, high]: Domain, count: number): number[] => ticks(low, high, count).filter(Number.isInteger);

/** The map from a domain onto pixels; `to` may run downwards. */
export function linear([low, high]: Domain, [from, end]: Domain): (value: number) => number {
  return (value) => from + ((value - low) / (high - low)) * (end - from);
}

/** SVG path through points, broken where a value is not finite. */
export function linePath(points: readonly Point[], x: (v: number) => number, y: (v: number) => number): string {
  let pen = 'M';
  let path = '';
  for (const [px, py] of points) {
    if (!Number.isFinite(py)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${x(px).toFixed(1)} ${y(py).toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

/** Index of the point whose x is nearest; −1 when there is none. */
export const nearest = (points: readonly Point[], x: number): number => leastIndex(points, ([px]) => Math.abs(px - x)) ?? -1;
