import type { ScreenPoint } from '../editor/geometry';
import { fit, toImage, type Size, type Viewport } from '../editor/viewport';

/** Where the image lies on the canvas. The canvas moves it; whatever shows the same part of the image follows it, or moves it too. */
export class Camera {
  place = $state.raw<Viewport>({ scale: 1, x: 0, y: 0 });
  /** Of the canvas, CSS pixels. */
  size = $state.raw<Size>({ width: 1, height: 1 });
  /** Where the pointer is over the canvas. */
  pointer = $state.raw<ScreenPoint | null>(null);
  #move: ((view: Viewport) => void) | null = null;

  /** Tells how to move the image. Returns how to withdraw that, as `$effect` wants. */
  attach(move: (view: Viewport) => void): () => void {
    this.#move = move;
    return () => {
      if (this.#move === move) this.#move = null;
    };
  }

  go(view: Viewport): void {
    this.#move?.(view);
  }

  /** The whole pixel of an image under the pointer; null outside of the image. */
  pixelOf(image: Size, pointer = this.pointer, place = this.place): { readonly x: number; readonly y: number } | null {
    if (!pointer) return null;
    const point = toImage(place, pointer);
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    return x >= 0 && y >= 0 && x < image.width && y < image.height ? { x, y } : null;
  }

  /** The same of an image that is not shown yet: it will fit the canvas. */
  pixelOfNext(image: Size, pointer = this.pointer): { readonly x: number; readonly y: number } | null {
    return this.pixelOf(image, pointer, fit(image, this.size));
  }
}
