import type { Size, Viewport } from '../editor/viewport';

/** Where the image lies on the canvas. The canvas moves it; whatever shows the same part of the image follows it, or moves it too. */
export class Camera {
  place = $state.raw<Viewport>({ scale: 1, x: 0, y: 0 });
  /** Of the canvas, CSS pixels. */
  size = $state.raw<Size>({ width: 1, height: 1 });
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
}
