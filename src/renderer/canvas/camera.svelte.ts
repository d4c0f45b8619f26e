import type { Rect, ScreenPoint } from '../editor/geometry';
import { fit, panBy, toImage, type Size, type Viewport } from '../editor/viewport';

/** What moves the image it shows. */
export interface Movable {
  setView(view: Viewport): void;
  fit(): void;
  zoom(factor: number): void;
}

/** Where the image lies on the canvas. The canvas moves it; whatever shows the same part of the image follows it, or moves it too. */
export class Camera {
  place = $state.raw<Viewport>({ scale: 1, x: 0, y: 0 });
  /** Of the canvas, CSS pixels. */
  size = $state.raw<Size>({ width: 1, height: 1 });
  /** Where the pointer is over the canvas. */
  pointer = $state.raw<ScreenPoint | null>(null);
  #canvas = $state.raw<Movable | null>(null);

  /** Whether there is a canvas to be moved on. */
  get attached(): boolean {
    return this.#canvas !== null;
  }

  /** Tells on which canvas the image is to be moved. Returns how to withdraw that, as `$effect` wants. */
  attach(canvas: Movable): () => void {
    this.#canvas = canvas;
    return () => {
      if (this.#canvas === canvas) this.#canvas = null;
    };
  }

  go(view: Viewport): void {
    this.#canvas?.setView(view);
  }

  /** Shows the whole image. */
  fit(): void {
    this.#canvas?.fit();
  }

  /** Zooms about the middle of the canvas. */
  zoom(factor: number): void {
    this.#canvas?.zoom(factor);
  }

  /** Moves the image by shares of the canvas. */
  pan(right: number, down: number): void {
    this.go(panBy(this.place, right * this.size.width, down * this.size.height));
  }

  /** Brings a part of the image into the middle, unless all of it is in sight. */
  reveal({ x0, y0, x1, y1 }: Rect): void {
    const { scale, x, y } = this.place;
    const { width, height } = this.size;
    const inside = x0 * scale + x >= 0 && x1 * scale + x <= width && y0 * scale + y >= 0 && y1 * scale + y <= height;
    if (!inside) this.go({ scale, x: (width - (x0 + x1) * scale) / 2, y: (height - (y0 + y1) * scale) / 2 });
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
