import { IGNORE } from '@shared/mask';
import { DOUBTED, KEPT } from '@shared/review';
import { clamp, type Rect } from '../editor/geometry';
import type { PredictionPlanes } from '../editor/raster/region';
import type { Size, Viewport } from '../editor/viewport';

/** Which image pixel each device pixel of the canvas shows; −1 where it shows none. So overlays cost what the window costs, not the image. */
export interface DeviceGrid {
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  /** Where the image begins, device pixels: patterns start there, and so move with the image. */
  readonly left: number;
  readonly top: number;
}

/** @param ratio device pixels per CSS pixel @param device size of the canvas in device pixels */
export function gridOf(view: Viewport, ratio: number, device: Size, image: Size): DeviceGrid {
  const axis = (length: number, offset: number, limit: number): Int32Array =>
    Int32Array.from({ length }, (_, i) => {
      const at = Math.floor(((i + 0.5) / ratio - offset) / view.scale);
      return at >= 0 && at < limit ? at : -1;
    });
  return {
    columns: axis(device.width, view.x, image.width),
    rows: axis(device.height, view.y, image.height),
    left: Math.round(view.x * ratio),
    top: Math.round(view.y * ratio),
  };
}

/** The device pixels that may show something of `rect`, a rectangle of image pixels. */
export function deviceRect(rect: Rect, view: Viewport, ratio: number, device: Size, margin: number): Rect {
  const at = (value: number, offset: number): number => (value * view.scale + offset) * ratio;
  return {
    x0: clamp(Math.floor(at(rect.x0, view.x)) - margin, 0, device.width),
    y0: clamp(Math.floor(at(rect.y0, view.y)) - margin, 0, device.height),
    x1: clamp(Math.ceil(at(rect.x1, view.x)) + margin, 0, device.width),
    y1: clamp(Math.ceil(at(rect.y1, view.y)) + margin, 0, device.height),
  };
}

/** '#rrggbb' and an opacity as the bytes of an ImageData pixel, read as a little-endian word. */
export function word(color: string, opacity: number): number {
  const rgb = parseInt(color.slice(1), 16);
  return ((Math.round(opacity * 255) << 24) | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >>> 16)) >>> 0;
}

/** Colours by pixel value: of areas, and of outlines (0: none). */
export interface LabelColors {
  readonly fill: Uint32Array;
  readonly outline: Uint32Array;
  /** Drawn beside an outline, where nothing has one: sets it off from bright pixels. */
  readonly halo: number;
}

/** Draws labels into `out` (row-major, as wide as the grid), only inside `rect` of device pixels. */
export function renderLabels(out: Uint32Array, grid: DeviceGrid, rect: Rect, labels: Uint8Array, width: number, colors: LabelColors): void {
  const { columns, rows } = grid;
  const stride = columns.length;
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = rows[y]! * width;
    if (row < 0) {
      out.fill(0, y * stride + rect.x0, y * stride + rect.x1);
      continue;
    }
    const above = y > 0 && rows[y - 1]! >= 0 ? rows[y - 1]! * width : row;
    const below = y + 1 < rows.length && rows[y + 1]! >= 0 ? rows[y + 1]! * width : row;
    for (let x = rect.x0; x < rect.x1; x++) {
      const column = columns[x]!;
      if (column < 0) {
        out[y * stride + x] = 0;
        continue;
      }
      const value = labels[row + column]!;
      const line = colors.outline[value]!;
      if (line !== 0) out[y * stride + x] = differs(labels, value, row, above, below, columns, x) ? line : colors.fill[value]!;
      else
        out[y * stride + x] =
          colors.halo !== 0 && besideOutline(labels, colors.outline, row, above, below, columns, x) ? colors.halo : colors.fill[value]!;
    }
  }
}

/** Whether a neighbouring device pixel shows another value. */
function differs(labels: Uint8Array, value: number, row: number, above: number, below: number, columns: Int32Array, x: number): boolean {
  const column = columns[x]!;
  if (labels[above + column] !== value || labels[below + column] !== value) return true;
  const left = columns[x - 1] ?? -1;
  const right = columns[x + 1] ?? -1;
  return (left >= 0 && labels[row + left] !== value) || (right >= 0 && labels[row + right] !== value);
}

/** Whether a neighbouring device pixel shows a value with an outline. */
function besideOutline(
  labels: Uint8Array,
  outline: Uint32Array,
  row: number,
  above: number,
  below: number,
  columns: Int32Array,
  x: number,
): boolean {
  const column = columns[x]!;
  if (outline[labels[above + column]!] !== 0 || outline[labels[below + column]!] !== 0) return true;
  const left = columns[x - 1] ?? -1;
  const right = columns[x + 1] ?? -1;
  return (left >= 0 && outline[labels[row + left]!] !== 0) || (right >= 0 && outline[labels[row + right]!] !== 0);
}

/** Colours of a preview, by class. */
export interface PreviewColors {
  /** Of the dots, and of what lies between them. */
  readonly dot: Uint32Array;
  readonly ground: Uint32Array;
}

/** Device pixels from dot to dot where a preview is sure, and where it is not. */
const [DENSE, SPARSE] = [4, 8] as const;
/** The stored confidence from which on it is sure: 0.8. */
const SURE = 204;

/**
 * Draws a preview, as nothing else looks: dots in the class's colour, closer together where it is surer.
 * @param classes ids by pixel, 255: none
 * @param confidence p̃ by pixel, 0 to 255
 */
export function renderPreview(
  out: Uint32Array,
  grid: DeviceGrid,
  rect: Rect,
  { classes, confidence, width }: { readonly classes: Uint8Array; readonly confidence: Uint8Array; readonly width: number },
  colors: PreviewColors,
): void {
  const { columns, rows, left, top } = grid;
  const stride = columns.length;
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = rows[y]! * width;
    for (let x = rect.x0; x < rect.x1; x++) {
      const [column, o] = [columns[x]!, y * stride + x];
      if (row < 0 || column < 0 || classes[row + column] === IGNORE) {
        out[o] = 0;
        continue;
      }
      const apart = confidence[row + column]! >= SURE ? DENSE : SPARSE;
      // Two by two, so that they can be seen on any screen.
      const onDot = ((x - left) & (apart - 1)) < 2 && ((y - top) & (apart - 1)) < 2;
      out[o] = (onDot ? colors.dot : colors.ground)[classes[row + column]!]!;
    }
  }
}

/** Colours of a prediction, all by class: the two ways of being filtered differ in the stripes above it, by pattern and colour. */
export interface PredictionColors {
  readonly kept: Uint32Array;
  /** Of a kept pixel beside another class (0: none). */
  readonly outline: Uint32Array;
  /** Class colours between the amber stripes. */
  readonly doubtedClass: Uint32Array;
  readonly doubted: Uint32Array;
  /** Class colours between the thin lines. */
  readonly lowClass: Uint32Array;
  readonly lowLine: Uint32Array;
}

/**
 * Draws a prediction: kept in the class's colour; low confidence in a paler one with thin lines falling to the right; doubted with broad
 * amber stripes rising to the right over the class's colour.
 * @param states by stored bytes, from `stateTable`
 */
export function renderPrediction(
  out: Uint32Array,
  grid: DeviceGrid,
  rect: Rect,
  planes: PredictionPlanes,
  states: Uint8Array,
  colors: PredictionColors,
): void {
  const { columns, rows, left, top } = grid;
  const stride = columns.length;
  for (let y = rect.y0; y < rect.y1; y++) {
    const row = rows[y]! * planes.width;
    const above = y > 0 && rows[y - 1]! >= 0 ? rows[y - 1]! * planes.width : row;
    const below = y + 1 < rows.length && rows[y + 1]! >= 0 ? rows[y + 1]! * planes.width : row;
    for (let x = rect.x0; x < rect.x1; x++) {
      const column = columns[x]!;
      const o = y * stride + x;
      if (row < 0 || column < 0) {
        out[o] = 0;
        continue;
      }
      const value = planes.classes[row + column]!;
      if (value === IGNORE) {
        out[o] = 0;
        continue;
      }
      const state = states[(planes.confidence[row + column]! << 8) | planes.similarity[row + column]!];
      if (state === KEPT) {
        const line = colors.outline[value]!;
        out[o] = line !== 0 && differs(planes.classes, value, row, above, below, columns, x) ? line : colors.kept[value]!;
      } else if (state === DOUBTED) out[o] = (((x - left + y - top) & 7) < 3 ? colors.doubted : colors.doubtedClass)[value]!;
      else out[o] = (((x - left - y + top) & 7) === 0 ? colors.lowLine : colors.lowClass)[value]!;
    }
  }
}
