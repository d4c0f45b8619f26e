declare const space: unique symbol;
interface Point<S> {
  readonly x: number;
  readonly y: number;
  readonly [space]: S;
}

/** A point of the image: pixel (i, j) covers [i, i + 1) × [j, j + 1), y downwards. */
export type ImagePoint = Point<'image'>;
/** A point of the canvas in CSS pixels, from its top left corner. */
export type ScreenPoint = Point<'screen'>;

export const imagePoint = (x: number, y: number): ImagePoint => ({ x, y }) as ImagePoint;
export const screenPoint = (x: number, y: number): ScreenPoint => ({ x, y }) as ScreenPoint;

/** Half-open: x0 ≤ x < x1, y0 ≤ y < y1. Empty when x1 ≤ x0 or y1 ≤ y0. */
export interface Rect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export const EMPTY_RECT: Rect = { x0: 0, y0: 0, x1: 0, y1: 0 };

export const isEmpty = (r: Rect): boolean => r.x1 <= r.x0 || r.y1 <= r.y0;

/** The smallest rectangle holding both. */
export function union(a: Rect, b: Rect): Rect {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  return { x0: Math.min(a.x0, b.x0), y0: Math.min(a.y0, b.y0), x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1) };
}

export function intersect(a: Rect, b: Rect): Rect {
  return { x0: Math.max(a.x0, b.x0), y0: Math.max(a.y0, b.y0), x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1) };
}

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
