import type { ImagePoint } from '../geometry';
import { NO_SPANS, type Spans } from '../spans';
import type { Size } from '../viewport';

/**
 * The pixels of `image` whose centres lie inside a closed polygon, by the even-odd rule. An edge belongs to the pixel to its right
 * and below, so that polygons sharing an edge share no pixel and leave none between them.
 */
export function polygonSpans(points: readonly ImagePoint[], image: Size): Spans {
  if (points.length < 3) return NO_SPANS;
  const out: number[] = [];
  const top = Math.max(0, Math.ceil(Math.min(...points.map((p) => p.y)) - 0.5));
  const bottom = Math.min(image.height, Math.ceil(Math.max(...points.map((p) => p.y)) - 0.5));
  for (let y = top; y < bottom; y++) {
    const crossings = crossingsOf(points, y + 0.5);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const x0 = Math.max(0, Math.ceil(crossings[i]! - 0.5));
      const x1 = Math.min(image.width, Math.ceil(crossings[i + 1]! - 0.5));
      if (x0 < x1) push(out, y, x0, x1);
    }
  }
  return Int32Array.from(out);
}

/** Where the horizontal line at `y` crosses the edges, from left to right. */
function crossingsOf(points: readonly ImagePoint[], y: number): number[] {
  const crossings: number[] = [];
  let a = points[points.length - 1]!;
  for (const b of points) {
    if (a.y <= y !== b.y <= y) crossings.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y));
    a = b;
  }
  return crossings.sort((l, r) => l - r);
}

function push(out: number[], y: number, x0: number, x1: number): void {
  const last = out.length - 3;
  if (last >= 0 && out[last] === y && out[last + 2] === x0) out[last + 2] = x1;
  else out.push(y, x0, x1);
}
