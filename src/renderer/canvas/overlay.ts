import { intersect, isEmpty, type Rect } from '../editor/geometry';
import type { Size } from '../editor/viewport';

/** Side of a piece, device pixels: a browser takes over a changed canvas whole, however little of it changed. */
const PIECE = 256;

interface Piece {
  readonly context: CanvasRenderingContext2D;
  /** The part of the overlay it shows, device pixels. */
  readonly rect: Rect;
}

/** A layer whose pixels we compute ourselves, in device pixels, shown by many small canvases: only those that changed cost anything. */
export class Overlay {
  readonly element = document.createElement('div');
  #pieces: readonly Piece[] = [];
  #image = new ImageData(1, 1);
  #words = new Uint32Array(this.#image.data.buffer);

  constructor() {
    Object.assign(this.element.style, { position: 'absolute', inset: '0', overflow: 'hidden' });
  }

  /** Takes another size and is empty then. @param ratio device pixels per CSS pixel */
  resize({ width, height }: Size, ratio: number): void {
    this.#image = new ImageData(width, height);
    this.#words = new Uint32Array(this.#image.data.buffer);
    const pieces: Piece[] = [];
    for (let y = 0; y < height; y += PIECE) {
      for (let x = 0; x < width; x += PIECE) {
        pieces.push(pieceOf({ x0: x, y0: y, x1: Math.min(x + PIECE, width), y1: Math.min(y + PIECE, height) }, ratio));
      }
    }
    this.#pieces = pieces;
    this.element.replaceChildren(...pieces.map(({ context }) => context.canvas));
  }

  get size(): Size {
    return { width: this.#image.width, height: this.#image.height };
  }

  /** What is not there costs nothing to compose. */
  show(visible: boolean): void {
    this.element.style.display = visible ? '' : 'none';
  }

  /** Has the pixels of `rect` filled, and shows them. */
  render(rect: Rect, fill: (words: Uint32Array) => void): void {
    if (isEmpty(rect)) return;
    fill(this.#words);
    for (const piece of this.#pieces) {
      const { x0, y0, x1, y1 } = intersect(rect, piece.rect);
      if (x0 < x1 && y0 < y1) piece.context.putImageData(this.#image, -piece.rect.x0, -piece.rect.y0, x0, y0, x1 - x0, y1 - y0);
    }
  }

  clear(): void {
    this.#words.fill(0);
    for (const { context } of this.#pieces) context.clearRect(0, 0, PIECE, PIECE);
  }
}

function pieceOf(rect: Rect, ratio: number): Piece {
  const canvas = document.createElement('canvas');
  const [width, height] = [rect.x1 - rect.x0, rect.y1 - rect.y0];
  Object.assign(canvas, { width, height });
  const css = { left: rect.x0, top: rect.y0, width, height };
  canvas.style.position = 'absolute';
  for (const [name, pixels] of Object.entries(css)) canvas.style.setProperty(name, `${pixels / ratio}px`);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser gives no 2D canvas');
  return { context, rect };
}
