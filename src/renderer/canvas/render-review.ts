import { IGNORE } from '@shared/mask';
import type { Rect } from '../editor/geometry';
import type { DeviceGrid } from './render';

/** Colours by class, of what is labelled and predicted alike, and of the two classes where it is not. */
export interface DifferenceColors {
  readonly agreed: Uint32Array;
  readonly differs: Uint32Array;
}

/**
 * Draws where labels and a prediction differ: broad stripes in turn of the class labelled and of the one predicted. What is not labelled,
 * or nothing is predicted of, stays bare.
 * @param labels class ids by pixel, as `predicted`: 255 for none
 */
export function renderDifference(
  out: Uint32Array,
  { columns, rows, left, top }: DeviceGrid,
  rect: Rect,
  { labels, predicted, width }: { readonly labels: Uint8Array; readonly predicted: Uint8Array; readonly width: number },
  colors: DifferenceColors,
): void {
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = rows[y]! * width;
    for (let x = rect.x0; x < rect.x1; x++) {
      const [column, o] = [columns[x]!, y * columns.length + x];
      const inside = row >= 0 && column >= 0;
      const label = inside ? labels[row + column]! : IGNORE;
      const other = inside ? predicted[row + column]! : IGNORE;
      if (label === IGNORE || other === IGNORE) out[o] = 0;
      else if (label === other) out[o] = colors.agreed[label]!;
      // Hidden by what it is labelled with, as in the legend.
      else if (colors.differs[label] === 0) out[o] = 0;
      else out[o] = colors.differs[((x - left + y - top) & 15) < 8 ? label : other]!;
    }
  }
}

/** What was decided of each pixel of an image, by class id: what it was accepted as, and which class was barred from it; 255: neither. */
export interface Decided {
  readonly accepted: Uint8Array;
  readonly rejected: Uint8Array;
}

/** Colours by class. */
export interface DecidedColors {
  readonly accepted: Uint32Array;
  readonly rejected: Uint32Array;
  /** Of the lines that cross out. */
  readonly cross: Uint32Array;
}

/** Draws over a prediction what was decided of it: solid where it was accepted, crossed out where the class predicted was rejected. */
export function renderDecided(
  out: Uint32Array,
  { columns, rows, left, top }: DeviceGrid,
  rect: Rect,
  { accepted, rejected, predicted, width }: Decided & { readonly predicted: Uint8Array; readonly width: number },
  colors: DecidedColors,
): void {
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = rows[y]! * width;
    if (row < 0) continue;
    for (let x = rect.x0; x < rect.x1; x++) {
      const column = columns[x]!;
      if (column < 0) continue;
      const [i, o] = [row + column, y * columns.length + x];
      const [taken, barred] = [accepted[i]!, rejected[i]!];
      if (taken !== IGNORE) out[o] = colors.accepted[taken]!;
      else if (barred !== IGNORE && barred === predicted[i]) {
        const [across, down] = [x - left, y - top];
        const crossed = ((across + down) & 15) < 2 || ((across - down) & 15) < 2;
        out[o] = (crossed ? colors.cross : colors.rejected)[barred]!;
      }
    }
  }
}
