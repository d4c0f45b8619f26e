import type { ImagePoint } from './geometry';
import type { Spans } from './spans';
import type { Size } from './viewport';

/** A part of an image that something is known of. All that is computed in it counts its pixels from its own top left corner. */
export interface ImageWindow extends Size {
  /** Pixel of the image at the window's top left corner; missing where the window is the whole image. */
  readonly origin?: { readonly x: number; readonly y: number };
}

/** The image's pixel at the corner of a window. */
export const originOf = ({ origin }: ImageWindow): { readonly x: number; readonly y: number } => origin ?? { x: 0, y: 0 };

/** The window's pixel under a point of the image, or null outside of the window. */
export function pixelIn(window: ImageWindow, point: Pick<ImagePoint, 'x' | 'y'>): { x: number; y: number; index: number } | null {
  const origin = originOf(window);
  const [x, y] = [Math.floor(point.x) - origin.x, Math.floor(point.y) - origin.y];
  return x >= 0 && y >= 0 && x < window.width && y < window.height ? { x, y, index: y * window.width + x } : null;
}

/** Pixels of a window, as pixels of its image. */
export function inImage(spans: Spans, window: ImageWindow): Spans {
  const { x, y } = originOf(window);
  if (x === 0 && y === 0) return spans;
  return spans.map((value, i) => value + (i % 3 === 0 ? y : x));
}

/** Pixels of an image, as pixels of a window; they may lie outside of it. */
export function inWindow(spans: Spans, window: ImageWindow): Spans {
  const { x, y } = originOf(window);
  if (x === 0 && y === 0) return spans;
  return spans.map((value, i) => value - (i % 3 === 0 ? y : x));
}
