import type { Size } from '../base/format';

/**
 * Gives the pixels of a polygon a number, as OpenCV and Pillow fill: corners are pixels (fractions are cut off), lines between them belong
 * to the polygon, and so does what lies between an odd and an even crossing of a row. Work grows with corners × (rows + columns), never
 * with how far off a corner lies.
 * @param points x, y, x, y, … in pixels
 */
export function paintOutline(data: Uint8Array, size: Size, points: readonly number[], value: number): void {
  const { width, height } = size;
  const corners = points.length >> 1;
  const at = (i: number): number => Math.trunc(points[i % (2 * corners)]!);
  const rows = new Map<number, number[]>();
  for (let i = 0; i < corners; i++) {
    const [x0, y0, x1, y1] = [at(2 * i), at(2 * i + 1), at(2 * i + 2), at(2 * i + 3)];
    drawLine(data, size, x0, y0, x1, y1, value);
    const [top, bottom] = [Math.max(0, Math.min(y0, y1)), Math.min(height, Math.max(y0, y1))];
    for (let y = top; y < bottom; y++) {
      const x = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
      const row = rows.get(y);
      if (row) row.push(x);
      else rows.set(y, [x]);
    }
  }
  for (const [y, crossings] of rows) {
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [from, to] = [Math.max(0, Math.ceil(crossings[i]!)), Math.min(width - 1, Math.floor(crossings[i + 1]!))];
      if (from <= to) data.fill(value, y * width + from, y * width + to + 1);
    }
  }
}

/** A line of pixels, one in each column or row, whichever are more. */
function drawLine(data: Uint8Array, { width, height }: Size, x0: number, y0: number, x1: number, y1: number, value: number): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  if (Math.abs(dx) >= Math.abs(dy)) {
    const [from, to] = [Math.max(0, Math.min(x0, x1)), Math.min(width - 1, Math.max(x0, x1))];
    for (let x = from; x <= to; x++) {
      const y = dx === 0 ? y0 : y0 + nearest((x - x0) * dy, dx);
      if (y >= 0 && y < height) data[y * width + x] = value;
    }
  } else {
    const [from, to] = [Math.max(0, Math.min(y0, y1)), Math.min(height - 1, Math.max(y0, y1))];
    for (let y = from; y <= to; y++) {
      const x = x0 + nearest((y - y0) * dx, dy);
      if (x >= 0 && x < width) data[y * width + x] = value;
    }
  }
}

/** The whole number nearest to a quotient; of two, the one nearer to zero. */
function nearest(dividend: number, divisor: number): number {
  const quotient = dividend / divisor;
  return Math.sign(quotient) * Math.ceil(Math.abs(quotient) - 0.5);
}
