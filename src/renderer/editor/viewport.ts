import { clamp, imagePoint, screenPoint, type ImagePoint, type Rect, type ScreenPoint } from './geometry';

/** CSS pixels per image pixel. */
export const MIN_SCALE = 0.01;
export const MAX_SCALE = 64;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the image lies on the canvas: screen = image · scale + (x, y). */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const toScreen = (v: Viewport, p: ImagePoint): ScreenPoint => screenPoint(p.x * v.scale + v.x, p.y * v.scale + v.y);
export const toImage = (v: Viewport, p: ScreenPoint): ImagePoint => imagePoint((p.x - v.x) / v.scale, (p.y - v.y) / v.scale);

/** The whole image, centred, with a margin in CSS pixels. */
export function fit(image: Size, screen: Size, margin = 16): Viewport {
  const free = { width: Math.max(screen.width - 2 * margin, 1), height: Math.max(screen.height - 2 * margin, 1) };
  const scale = clamp(Math.min(free.width / image.width, free.height / image.height), MIN_SCALE, MAX_SCALE);
  return { scale, x: (screen.width - image.width * scale) / 2, y: (screen.height - image.height * scale) / 2 };
}

/** Zooms by `factor`, the image point under `at` staying where it is. */
export function zoomAt(v: Viewport, at: ScreenPoint, factor: number): Viewport {
  const scale = clamp(v.scale * factor, MIN_SCALE, MAX_SCALE);
  const ratio = scale / v.scale;
  return { scale, x: at.x - (at.x - v.x) * ratio, y: at.y - (at.y - v.y) * ratio };
}

export const panBy = (v: Viewport, dx: number, dy: number): Viewport => ({ ...v, x: v.x + dx, y: v.y + dy });

/** Keeps part of the image, at least 32 CSS pixels of it, in sight. */
export function keepInSight(v: Viewport, image: Size, screen: Size): Viewport {
  const edge = 32;
  const x = clamp(v.x, edge - image.width * v.scale, screen.width - edge);
  const y = clamp(v.y, edge - image.height * v.scale, screen.height - edge);
  return { scale: v.scale, x, y };
}

/** The image pixels that show, at least partly. */
export function visibleRect(v: Viewport, image: Size, screen: Size): Rect {
  return {
    x0: clamp(Math.floor(-v.x / v.scale), 0, image.width),
    y0: clamp(Math.floor(-v.y / v.scale), 0, image.height),
    x1: clamp(Math.ceil((screen.width - v.x) / v.scale), 0, image.width),
    y1: clamp(Math.ceil((screen.height - v.y) / v.scale), 0, image.height),
  };
}
