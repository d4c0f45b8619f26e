import type Konva from 'konva';
import { isEmpty, type Rect } from '../editor/geometry';
import type { Size } from '../editor/viewport';

/**
 * A layer whose pixels we compute ourselves, in device pixels: only the rectangles that changed are handed to its canvas,
 * and nothing is drawn twice.
 */
export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #image = new ImageData(1, 1);
  #words = new Uint32Array(this.#image.data.buffer);

  constructor(private readonly layer: Konva.Layer) {
    this.#canvas = layer.getNativeCanvasElement();
    const context = this.#canvas.getContext('2d');
    if (!context) throw new Error('this browser gives no 2D canvas');
    this.#context = context;
  }

  /** Follows the layer's canvas, which is empty after its size was set. */
  resize(): void {
    const { width, height } = this.#canvas;
    this.#image = new ImageData(Math.max(1, width), Math.max(1, height));
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  get size(): Size {
    return { width: this.#image.width, height: this.#image.height };
  }

  /** What is not there costs nothing to compose. */
  show(visible: boolean): void {
    if (this.layer.visible() !== visible) this.layer.visible(visible);
  }

  /** Lets `sample` fill the pixels of `rect` and shows them. */
  render(rect: Rect, sample: (words: Uint32Array) => void): void {
    if (isEmpty(rect)) return;
    sample(this.#words);
    this.#context.putImageData(this.#image, 0, 0, rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0);
  }

  clear(): void {
    this.#words.fill(0);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }
}
