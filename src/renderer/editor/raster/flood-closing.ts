import { boundsOf, maskOfSpans, spansOfMask, type Spans } from '../spans';
import type { Size } from '../viewport';
import { flood, joinedTo } from './flood';

/** Pixels; the widest gap that can be closed. */
export const MAX_GAP = 50;

/**
 * Like `flood`, but does not leak through gaps of up to `gap` pixels: takes the pixels that a square of `gap` + 1 pixels reaches
 * from (x, y) without leaving what `accept` holds for, and recesses too narrow for it as far as `gap` steps. Where the square does not
 * fit at (x, y), the largest that does is taken. With `gap` 0 it is `flood`.
 */
export function floodClosing(image: Size, x: number, y: number, accept: (index: number) => boolean, gap: number): Spans {
  const plain = flood(image, x, y, accept);
  if (gap === 0 || plain.length === 0) return plain;
  const rect = boundsOf(plain);
  const width = rect.x1 - rect.x0;
  const mask = maskOfSpans(plain, rect);
  const sides = squareSides(mask, width, gap + 1);
  const { starts, side } = squaresAt(sides, width, x - rect.x0, y - rect.y0, gap + 1);
  const fits = sides.map((largest) => (largest >= side ? 1 : 0));
  const filled = covered(joinedTo(starts, fits, width), width, side);
  const rooms = covered(fits, width, side);
  dilate(filled, (i) => mask[i] === 1 && rooms[i] === 0, width, side - 1);
  return spansOfMask(filled, width, rect, rect.x0, rect.y0);
}

/** Side of the largest square of pixels in `mask` whose top left one is each pixel, `most` at most. */
function squareSides(mask: Uint8Array, width: number, most: number): Uint8Array {
  const sides = new Uint8Array(mask.length);
  for (let i = mask.length - 1; i >= 0; i--) {
    if (mask[i] === 0) continue;
    const inner = i % width < width - 1 && i + width < mask.length;
    sides[i] = inner ? Math.min(most, 1 + Math.min(sides[i + 1]!, sides[i + width]!, sides[i + width + 1]!)) : 1;
  }
  return sides;
}

/** Top left pixels of the squares that hold (x, y), of the largest side up to `most` for which there are any. */
function squaresAt(sides: Uint8Array, width: number, x: number, y: number, most: number): { starts: Uint8Array; side: number } {
  const starts = new Uint8Array(sides.length);
  for (let side = most; ; side--) {
    let found = false;
    for (let top = Math.max(0, y - side + 1); top <= y; top++) {
      for (let left = Math.max(0, x - side + 1); left <= x; left++) {
        if (sides[top * width + left]! < side) continue;
        starts[top * width + left] = 1;
        found = true;
      }
    }
    if (found) return { starts, side };
  }
}

/** The pixels of the squares of a side that have their top left pixels in `tops`. */
function covered(tops: Uint8Array, width: number, side: number): Uint8Array {
  const rows = new Uint8Array(tops.length);
  for (let i = 0, last = -side; i < tops.length; i++) {
    if (tops[i] === 1) last = i;
    rows[i] = i - last < side ? 1 : 0;
  }
  const out = new Uint8Array(tops.length);
  for (let x = 0; x < width; x++) {
    for (let i = x, last = -side * width; i < tops.length; i += width) {
      if (rows[i] === 1) last = i;
      out[i] = i - last < side * width ? 1 : 0;
    }
  }
  return out;
}

/** Adds to `mask` what up to `steps` steps through pixels for which `accept` holds reach from it. */
function dilate(mask: Uint8Array, accept: (index: number) => boolean, width: number, steps: number): void {
  let front: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) front.push(i);
  for (let step = 0; step < steps && front.length > 0; step++) {
    const next: number[] = [];
    const visit = (i: number): void => {
      if (mask[i] !== 0 || !accept(i)) return;
      mask[i] = 1;
      next.push(i);
    };
    for (const i of front) {
      if (i % width > 0) visit(i - 1);
      if (i % width < width - 1) visit(i + 1);
      visit(i - width);
      visit(i + width);
    }
    front = next;
  }
}
