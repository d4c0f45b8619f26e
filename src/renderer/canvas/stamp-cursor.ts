import type { ImagePoint } from '../editor/geometry';
import { stampOf, stampOrigin, stampOutline, type StampShape } from '../editor/stamp';
import type { Viewport } from '../editor/viewport';

export interface Cursor {
  readonly at: ImagePoint;
  readonly size: number;
  readonly shape: StampShape;
}

/** Room for the lines, CSS pixels. */
const MARGIN = 2;
const SVG = 'http://www.w3.org/2000/svg';

/** The outline of the exact pixels a stamp would cover. An element of its own: where it only moves, nothing is drawn anew. */
export class StampCursor {
  readonly element = document.createElementNS(SVG, 'svg');
  /** A light line on a dark one is seen on any image. */
  readonly #lines = [
    { stroke: 'rgb(0 0 0 / 60%)', 'stroke-width': '3' },
    { stroke: '#fff', 'stroke-width': '1' },
  ].map((look) => {
    const line = document.createElementNS(SVG, 'path');
    for (const [name, value] of Object.entries({ fill: 'none', ...look })) line.setAttribute(name, value);
    return line;
  });
  #drawn = '';

  constructor() {
    const { element } = this;
    element.setAttribute('aria-hidden', 'true');
    element.append(...this.#lines);
    Object.assign(element.style, {
      position: 'absolute',
      left: '0',
      top: '0',
      willChange: 'transform',
      display: 'none',
    });
  }

  /** Null hides it. */
  place(cursor: Cursor | null, { scale, x, y }: Viewport): void {
    this.element.style.display = cursor ? '' : 'none';
    if (!cursor) return;
    this.#draw(cursor, scale);
    const origin = stampOrigin(cursor.size, cursor.at);
    this.element.style.transform = `translate(${origin.x * scale + x - MARGIN}px, ${origin.y * scale + y - MARGIN}px)`;
  }

  #draw({ size, shape }: Cursor, scale: number): void {
    const drawn = `${size} ${shape} ${scale}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const points = stampOutline(stampOf(size, shape)).map((value) => value * scale + MARGIN);
    for (const line of this.#lines) line.setAttribute('d', `M${points.join(' ')}Z`);
    const side = String(Math.ceil(size * scale) + 2 * MARGIN);
    this.element.setAttribute('width', side);
    this.element.setAttribute('height', side);
  }
}
