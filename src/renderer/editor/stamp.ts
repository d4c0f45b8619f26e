import { clamp, type ImagePoint } from './geometry';
import type { Spans } from './spans';

export const MIN_BRUSH = 1;
export const MAX_BRUSH = 500;

export type StampShape = 'circle' | 'square';

/** The pixels one dab of the brush covers, in rows below and columns right of its origin. */
export interface Stamp {
  readonly size: number;
  /** First column and end column (exclusive) of each of the `size` rows. */
  readonly left: Int16Array;
  readonly right: Int16Array;
}

/** A disc holds the pixels whose centres are within size / 2 of its centre. `size` in image pixels, 1–500. */
export function stampOf(size: number, shape: StampShape = 'circle'): Stamp {
  const n = clamp(Math.round(size), MIN_BRUSH, MAX_BRUSH);
  const left = new Int16Array(n);
  const right = new Int16Array(n).fill(n);
  if (shape === 'square') return { size: n, left, right };
  for (let row = 0; row < n; row++) {
    const dy = row + 0.5 - n / 2;
    const reach = Math.sqrt((n * n) / 4 - dy * dy);
    left[row] = Math.ceil(n / 2 - reach - 0.5);
    right[row] = n - left[row]!;
  }
  return { size: n, left, right };
}

/** Top left pixel of a stamp centred at `at`: odd sizes centre on a pixel, even ones on a corner. */
export function stampOrigin(size: number, at: ImagePoint): { readonly x: number; readonly y: number } {
  return { x: Math.round(at.x - size / 2), y: Math.round(at.y - size / 2) };
}

/**
 * The union of a stamp's dabs at every integer step of the straight line between two points.
 * Steps are at most one pixel apart and stamps convex, so each row of the union is one run; no pixel is written twice.
 */
export function sweep(stamp: Stamp, from: ImagePoint, to: ImagePoint): Spans {
  const a = stampOrigin(stamp.size, from);
  const b = stampOrigin(stamp.size, to);
  const top = Math.min(a.y, b.y);
  const rows = Math.abs(a.y - b.y) + stamp.size;
  const left = new Int32Array(rows).fill(0x7fffffff);
  const right = new Int32Array(rows).fill(-0x80000000);
  const steps = Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y));
  for (let step = 0; step <= steps; step++) {
    const t = steps === 0 ? 0 : step / steps;
    const x = Math.round(a.x + (b.x - a.x) * t);
    const first = Math.round(a.y + (b.y - a.y) * t) - top;
    for (let row = 0; row < stamp.size; row++) {
      left[first + row] = Math.min(left[first + row]!, x + stamp.left[row]!);
      right[first + row] = Math.max(right[first + row]!, x + stamp.right[row]!);
    }
  }
  const spans = new Int32Array(rows * 3);
  for (let row = 0; row < rows; row++) spans.set([top + row, left[row]!, right[row]!], row * 3);
  return spans;
}

/** The stamp's outline as corners x, y, x, y … relative to its origin: exactly the edges of its pixels. */
export function stampOutline(stamp: Stamp): number[] {
  const rightSide: number[] = [];
  const leftSide: number[] = [];
  for (let row = 0; row < stamp.size; row++) {
    rightSide.push(stamp.right[row]!, row, stamp.right[row]!, row + 1);
    const up = stamp.size - 1 - row;
    leftSide.push(stamp.left[up]!, up + 1, stamp.left[up]!, up);
  }
  return [...rightSide, ...leftSide];
}
