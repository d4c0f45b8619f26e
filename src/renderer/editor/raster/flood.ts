import type { Rect } from '../geometry';
import { NO_SPANS, spansOfMask, type Spans } from '../spans';
import type { Size } from '../viewport';

/**
 * The pixels joined to (x, y) by steps up, down, left and right through pixels that `accept` (by row-major index) holds for.
 * `accept` is asked at most a few times a pixel and only near the region.
 */
export function flood(image: Size, x: number, y: number, accept: (index: number) => boolean): Spans {
  const { width, height } = image;
  if (x < 0 || y < 0 || x >= width || y >= height || !accept(y * width + x)) return NO_SPANS;
  const seen = new Uint8Array(width * height);
  const stack: number[] = [x, y];
  let bounds: Rect = { x0: x, y0: y, x1: x + 1, y1: y + 1 };
  while (stack.length > 0) {
    const sy = stack.pop()!;
    const sx = stack.pop()!;
    const row = sy * width;
    if (seen[row + sx] === 1) continue;
    let x0 = sx;
    while (x0 > 0 && seen[row + x0 - 1] === 0 && accept(row + x0 - 1)) x0--;
    let x1 = sx + 1;
    while (x1 < width && seen[row + x1] === 0 && accept(row + x1)) x1++;
    seen.fill(1, row + x0, row + x1);
    bounds = {
      x0: Math.min(bounds.x0, x0),
      y0: Math.min(bounds.y0, sy),
      x1: Math.max(bounds.x1, x1),
      y1: Math.max(bounds.y1, sy + 1),
    };
    for (const ny of [sy - 1, sy + 1]) {
      if (ny < 0 || ny >= height) continue;
      const next = ny * width;
      let inside = false;
      for (let nx = x0; nx < x1; nx++) {
        const takes = seen[next + nx] === 0 && accept(next + nx);
        if (takes && !inside) stack.push(nx, ny);
        inside = takes;
      }
    }
  }
  return spansOfMask(seen, width, bounds);
}

/** Every pixel of the image that `accept` holds for, joined or not. */
export function everywhere(image: Size, accept: (index: number) => boolean): Spans {
  const { width, height } = image;
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) if (accept(i)) mask[i] = 1;
  return spansOfMask(mask, width, { x0: 0, y0: 0, x1: width, y1: height });
}

/** 1 for the pixels of `mask` that steps up, down, left and right through it join to one of `seeds`; both row-major, 1 in the set. */
export function joinedTo(seeds: Uint8Array, mask: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  const stack: number[] = [];
  const visit = (i: number): void => {
    if (mask[i] !== 1 || out[i] === 1) return;
    out[i] = 1;
    stack.push(i);
  };
  for (let i = 0; i < seeds.length; i++) if (seeds[i] === 1) visit(i);
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    if (i % width > 0) visit(i - 1);
    if (i % width < width - 1) visit(i + 1);
    visit(i - width);
    visit(i + width);
  }
  return out;
}
