import type { ImagePixels } from '../pixels';
import { boundsOf, maskOfSpans, spansOfMask, type Spans } from '../spans';
import { flood } from './flood';

/**
 * Like `flood` through pixels for which `similar` holds, but stopping at edges of the image: it goes on where the gradient is below
 * `limit` (levels a pixel), and then climbs the edge up to its crest.
 */
export function floodToEdges(pixels: ImagePixels, x: number, y: number, similar: (index: number) => boolean, limit: number): Spans {
  const { width, height } = pixels;
  const seed = y * width + x;
  const gradient = gradientOf(pixels);
  const flat = flood(pixels, x, y, (i) => similar(i) && (i === seed || gradient(i) < limit));
  if (flat.length === 0) return flat;
  const mask = maskOfSpans(flat, { x0: 0, y0: 0, x1: width, y1: height });
  const stack: number[] = [];
  let { x0, y0, x1, y1 } = boundsOf(flat);
  const climb = (from: number, to: number): void => {
    if (mask[to] !== 0 || !similar(to) || gradient(to) <= gradient(from)) return;
    mask[to] = 1;
    stack.push(to);
    const [tx, ty] = [to % width, Math.floor(to / width)];
    [x0, y0, x1, y1] = [Math.min(x0, tx), Math.min(y0, ty), Math.max(x1, tx + 1), Math.max(y1, ty + 1)];
  };
  const around = (i: number): void => {
    if (i % width > 0) climb(i, i - 1);
    if (i % width < width - 1) climb(i, i + 1);
    climb(i, i - width);
    climb(i, i + width);
  };
  for (let s = 0; s < flat.length; s += 3)
    for (let i = flat[s]! * width + flat[s + 1]!; i < flat[s]! * width + flat[s + 2]!; i++) around(i);
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) around(i);
  return spansOfMask(mask, width, { x0, y0, x1, y1 });
}

/** Levels a pixel, by Sobel's operator, of the channel in which they are most. Worked out where asked, and once. */
function gradientOf({ width, height, data }: ImagePixels): (index: number) => number {
  /** One more than the gradient; 0 where it is not known yet. */
  const known = new Float32Array(width * height);
  return (index) => {
    if (known[index]! > 0) return known[index]! - 1;
    const [x, y] = [index % width, Math.floor(index / width)];
    const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
    const [above, below] = [Math.max(0, y - 1) * width, Math.min(height - 1, y + 1) * width];
    let most = 0;
    for (let c = 0; c < 3; c++) {
      const at = (i: number): number => data[i * 4 + c]!;
      const row = y * width;
      const dx = at(above + right) + 2 * at(row + right) + at(below + right) - at(above + left) - 2 * at(row + left) - at(below + left);
      const dy = at(below + left) + 2 * at(below + x) + at(below + right) - at(above + left) - 2 * at(above + x) - at(above + right);
      most = Math.max(most, Math.hypot(dx, dy) / 8);
    }
    known[index] = most + 1;
    return known[index]! - 1;
  };
}
