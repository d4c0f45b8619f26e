import type { Size } from '../base/format';

/** Pixels as runs down their columns, by column and row: x, first row, row after the last, three numbers a run. */
export type Spans = readonly number[];

/** Parts of a pixel in which the corners of a polygon are told apart, as the tools of COCO do. */
const PARTS = 5;

/**
 * The pixels that a polygon covers for the tools of COCO: corners are rounded to fifths of a pixel, an edge counts where it crosses the
 * middle of a column, and what lies between an odd and an even crossing is inside. Work grows with corners × columns, never with how far
 * off a corner lies.
 * @param points x, y, x, y, … in pixels, (0, 0) being the upper left corner of the first one
 */
export function polygonSpans(points: readonly number[], size: Size): Spans {
  const columns = new Map<number, number[]>();
  const corners = points.length >> 1;
  const at = (i: number): number => Math.trunc(points[i % (2 * corners)]! * PARTS + 0.5);
  for (let i = 0; i < corners; i++) crossings(at(2 * i), at(2 * i + 1), at(2 * i + 2), at(2 * i + 3), size, columns);
  const spans: number[] = [];
  for (const x of [...columns.keys()].sort((a, b) => a - b)) {
    const rows = columns.get(x)!.sort((a, b) => a - b);
    for (let i = 0; i + 1 < rows.length; i += 2) if (rows[i]! < rows[i + 1]!) spans.push(x, rows[i]!, rows[i + 1]!);
  }
  return spans;
}

/** Adds the rows at which an edge between two corners (in parts of pixels) crosses the middles of columns. */
function crossings(fromX: number, fromY: number, toX: number, toY: number, { width, height }: Size, columns: Map<number, number[]>): void {
  const [dx, dy] = [Math.abs(toX - fromX), Math.abs(toY - fromY)];
  if (dx === 0) return;
  const flat = dx >= dy;
  const turned = flat ? fromX > toX : fromY > toY;
  const [xs, ys, xe, ye] = turned ? [toX, toY, fromX, fromY] : [fromX, fromY, toX, toY];
  const slope = flat ? (ye - ys) / dx : (xe - xs) / dy;
  const [left, right] = [Math.min(xs, xe), Math.max(xs, xe)];
  const middle = (PARTS - 1) / 2;
  const first = Math.max(0, Math.ceil((left - middle) / PARTS));
  const last = Math.min(width - 1, Math.floor((right - middle - 1) / PARTS));
  for (let x = first; x <= last; x++) {
    const u = x * PARTS + middle;
    const v = flat ? flatRow(u) : steepRow(u);
    const row = Math.ceil(Math.min(Math.max((v + 0.5) / PARTS - 0.5, 0), height));
    const rows = columns.get(x);
    if (rows) rows.push(row);
    else columns.set(x, [row]);
  }

  /** The upper one of the rows left and right of the middle of a column. */
  function flatRow(u: number): number {
    const v = (at: number): number => Math.trunc(ys + slope * (at - xs) + 0.5);
    return Math.min(v(u), v(u + 1));
  }

  /** The last row before the edge is on the other side of the middle of a column. */
  function steepRow(u: number): number {
    const crossed = (t: number): boolean => {
      const at = Math.trunc(xs + slope * t + 0.5);
      return slope > 0 ? at > u : at <= u;
    };
    let t = Math.round((u + 0.5 - xs) / slope);
    while (t > 0 && crossed(t)) t--;
    while (!crossed(t)) t++;
    return ys + t - 1;
  }
}

/** Gives pixels a number. */
export function paintSpans(data: Uint8Array, { width }: Size, spans: Spans, value: number): void {
  for (let i = 0; i < spans.length; i += 3) {
    const end = spans[i + 2]! * width;
    for (let at = spans[i + 1]! * width + spans[i]!; at < end; at += width) data[at] = value;
  }
}

/** How many pixels there are, and the smallest box around them: left, top, width, height. */
export function measureSpans(spans: Spans): { readonly area: number; readonly box: readonly [number, number, number, number] } {
  let [area, left, top, right, bottom] = [0, Infinity, Infinity, 0, 0];
  for (let i = 0; i < spans.length; i += 3) {
    const [x, from, to] = [spans[i]!, spans[i + 1]!, spans[i + 2]!];
    area += to - from;
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, from), Math.max(bottom, to)];
  }
  return { area, box: area === 0 ? [0, 0, 0, 0] : [left, top, right - left, bottom - top] };
}
