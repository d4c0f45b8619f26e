import { IGNORE } from '@shared/mask';
import { KEPT } from '@shared/review';
import type { Rect } from '../editor/geometry';
import type { PredictionPlanes } from '../editor/raster/region';
import type { DeviceGrid } from './render';

/** How a value of each pixel is shown. */
export interface MapColors {
  /** By stored bytes, `(p byte << 8) | d byte`. */
  readonly shades: Uint32Array;
  /** Of the line around what is kept. */
  readonly line: number;
}

/**
 * Draws a value of each pixel, and a line around what is kept: just inside of it.
 * @param states by stored bytes, from `stateTable`
 * @param shown by class: 1 where it is
 */
export function renderMap(
  out: Uint32Array,
  { columns, rows }: DeviceGrid,
  rect: Rect,
  { classes, confidence, similarity, width }: PredictionPlanes,
  states: Uint8Array,
  shown: Uint8Array,
  { shades, line }: MapColors,
): void {
  const stride = columns.length;
  const keptAt = (i: number): boolean => classes[i] !== IGNORE && states[(confidence[i]! << 8) | similarity[i]!] === KEPT;
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = rows[y]! * width;
    const above = y > 0 && rows[y - 1]! >= 0 ? rows[y - 1]! * width : row;
    const below = y + 1 < rows.length && rows[y + 1]! >= 0 ? rows[y + 1]! * width : row;
    for (let x = rect.x0; x < rect.x1; x++) {
      const [column, o] = [columns[x]!, y * stride + x];
      if (row < 0 || column < 0 || shown[classes[row + column]!] !== 1) {
        out[o] = 0;
        continue;
      }
      const i = row + column;
      const [left, right] = [columns[x - 1] ?? -1, columns[x + 1] ?? -1];
      const edge =
        keptAt(i) &&
        (!keptAt(above + column) || !keptAt(below + column) || (left >= 0 && !keptAt(row + left)) || (right >= 0 && !keptAt(row + right)));
      out[o] = edge ? line : shades[(confidence[i]! << 8) | similarity[i]!]!;
    }
  }
}
