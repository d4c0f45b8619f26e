import type { ImagePoint, Rect } from '../geometry';
import type { Spans } from '../spans';

/** How two corners make a box: free or with equal sides; from corner to corner or from the centre outwards. */
export interface BoxOptions {
  readonly square: boolean;
  readonly centred: boolean;
}

/** The box from `from` to `to`, its sides on the nearest pixel edges, at least one pixel wide and high. */
export function boxBetween(from: ImagePoint, to: ImagePoint, { square, centred }: BoxOptions): Rect {
  let [dx, dy] = [to.x - from.x, to.y - from.y];
  if (square) {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    [dx, dy] = [dx < 0 ? -side : side, dy < 0 ? -side : side];
  }
  const start = centred ? { x: from.x - dx, y: from.y - dy } : from;
  const end = { x: from.x + dx, y: from.y + dy };
  const x0 = Math.round(Math.min(start.x, end.x));
  const y0 = Math.round(Math.min(start.y, end.y));
  return {
    x0,
    y0,
    x1: Math.max(Math.round(Math.max(start.x, end.x)), x0 + 1),
    y1: Math.max(Math.round(Math.max(start.y, end.y)), y0 + 1),
  };
}

export function rectangleSpans({ x0, y0, x1, y1 }: Rect): Spans {
  const spans = new Int32Array((y1 - y0) * 3);
  for (let y = y0; y < y1; y++) spans.set([y, x0, x1], (y - y0) * 3);
  return spans;
}

/** The pixels whose centres lie in the ellipse that touches the box's four sides. */
export function ellipseSpans({ x0, y0, x1, y1 }: Rect): Spans {
  const [rx, ry] = [(x1 - x0) / 2, (y1 - y0) / 2];
  const out: number[] = [];
  for (let y = y0; y < y1; y++) {
    const v = (y + 0.5 - y0 - ry) / ry;
    const reach = rx * Math.sqrt(Math.max(0, 1 - v * v));
    const left = Math.ceil(x0 + rx - reach - 0.5);
    const right = x0 + x1 - left;
    if (left < right) out.push(y, left, right);
  }
  return Int32Array.from(out);
}
