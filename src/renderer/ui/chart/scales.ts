/** Arithmetic of charts: domains, ticks and paths. */
export type Domain = readonly [low: number, high: number];
export type Point = readonly [x: number, y: number];

/** The smallest domain holding all finite values, widened by `include`; [0, 1] when there are none. */
export function domainOf(values: Iterable<number>, include: readonly number[] = []): Domain {
  let [low, high] = [Infinity, -Infinity];
  for (const value of [...values, ...include]) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

/** About `count` round numbers covering a domain: multiples of 1, 2 or 5 times a power of ten, never closer than `smallest`. */
export function ticks([low, high]: Domain, count: number, smallest = 0): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(smallest, ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10) * power);
  const out: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}

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
export function nearest(points: readonly Point[], x: number): number {
  let best = -1;
  points.forEach(([px], i) => {
    if (best < 0 || Math.abs(px - x) < Math.abs(points[best]![0] - x)) best = i;
  });
  return best;
}
