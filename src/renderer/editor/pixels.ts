import type { ImageWindow } from './window';

/** The own colours of an image, or of a window of a large one: RGBA row-major, as the browser decoded them; alpha is ignored. */
export interface ImagePixels extends ImageWindow {
  readonly data: Uint8ClampedArray;
}

/** Holds for pixels whose red, green and blue are each within `tolerance` (0–255) of those of pixel `seed`. */
export function similarTo(pixels: ImagePixels, seed: number, tolerance: number): (index: number) => boolean {
  const { data } = pixels;
  const [r, g, b] = [data[seed * 4]!, data[seed * 4 + 1]!, data[seed * 4 + 2]!];
  return (index) => {
    const at = index * 4;
    return Math.abs(data[at]! - r) <= tolerance && Math.abs(data[at + 1]! - g) <= tolerance && Math.abs(data[at + 2]! - b) <= tolerance;
  };
}
