import { isEmpty, type Rect } from '../editor/geometry';
import type { Size } from '../editor/viewport';

/** A canvas the size of the view, in device pixels, whose pixels we compute; only the rectangles that changed are handed to it. */
export class Overlay {
  readonly canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  #image: ImageData;
  #words: Uint32Array;

  constructor() {
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('this browser gives no 2D canvas');
    this.#context = context;
    this.#image = new ImageData(1, 1);
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  resize({ width, height }: Size): void {
    this.canvas.width = width;
    this.canvas.height = height;
    this.#image = new ImageData(width, height);
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  /** Lets `sample` fill the pixels of `rect` and shows them. */
  render(rect: Rect, sample: (words: Uint32Array) => void): void {
    if (isEmpty(rect)) return;
    sample(this.#words);
    this.#context.putImageData(this.#image, 0, 0, rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0);
  }

  clear(): void {
    this.#words.fill(0);
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
}
