import type { Shape } from '../programs/shape';

/** Share of a window that it has in common with the next, at least. */
const OVERLAP = 0.25;

/** A stretch of one axis: a window that begins at `start` answers for the pixels [from, to). */
export interface Stretch {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** A window on an image, and the part of it that it answers for. */
export interface Window {
  readonly rows: Stretch;
  readonly columns: Stretch;
}

/** Windows of a shape that cover an image: one when it fits, else overlapping ones that meet in the middle of their overlap. */
export function windowsOn(height: number, width: number, [windowHeight, windowWidth]: Shape): Window[] {
  const columns = stretches(width, windowWidth);
  return stretches(height, windowHeight).flatMap((row) => columns.map((column) => ({ rows: row, columns: column })));
}

function stretches(size: number, window: number): Stretch[] {
  if (size <= window) return [{ start: 0, from: 0, to: size }];
  const step = Math.floor(window * (1 - OVERLAP));
  const count = Math.ceil((size - window) / step) + 1;
  const starts = Array.from({ length: count }, (_, i) => Math.round((i * (size - window)) / (count - 1)));
  const seam = (i: number): number => Math.round((starts[i]! + window + starts[i + 1]!) / 2);
  return starts.map((start, i) => ({ start, from: i === 0 ? 0 : seam(i - 1), to: i === count - 1 ? size : seam(i) }));
}
