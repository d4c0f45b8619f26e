import { IGNORE } from '@shared/mask';
import type { Size } from '../base/format';

/** A connected region of one class (by the sides of its pixels) as one polygon. */
export interface Region {
  readonly classId: number;
  /** x, y, x, y, …; the last point is joined to the first. A hole is reached over a cut that is walked there and back. */
  readonly points: readonly number[];
}

/**
 * What the corners of a polygon are. `edges`: it runs along the edges of pixels, so that it covers exactly the pixels whose centres lie
 * inside. `centres`: it runs through the outermost pixels, for readers that fill the outline too.
 */
export type Outline = 'edges' | 'centres';

/** Steps by direction: right, down, left, up. */
const DX = [1, 0, -1, 0] as const;
const DY = [0, 1, 0, -1] as const;
/** From a corner, the pixel ahead to the right, and the one ahead to the left, by direction. */
const RIGHT = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const;
const LEFT = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
] as const;

/**
 * The regions of a label map, from top to bottom. Together they cover all labelled pixels, each once: holes stay open, and parts that do
 * not touch (or only by a corner) are regions of their own.
 */
export function traceRegions(data: Uint8Array, size: Size, outline: Outline = 'edges'): Region[] {
  const rings = new Rings(data, size);
  return rings.outer().map(({ classId, start }) => ({ classId, points: rings.points(start, outline) }));
}

/**
 * Walks around regions, their pixels always to the right: the outlines clockwise, the holes the other way. Corners are nodes of circular
 * lists, so that a hole is joined to what surrounds it by changing two links.
 */
class Rings {
  readonly #data: Uint8Array;
  readonly #width: number;
  readonly #height: number;
  /** Of each corner: where it is, the pixel to the right of the step that led to it, and the corner that follows. */
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #pixel: number[] = [];
  readonly #next: number[] = [];
  /** Edges of each pixel that were walked along: 1 its upper one, 2 its lower one. */
  readonly #walked: Uint8Array;
  /** The corner at the upper end of each pixel's left edge, where that was walked along. */
  readonly #upperLeft: Int32Array;

  constructor(data: Uint8Array, { width, height }: Size) {
    [this.#data, this.#width, this.#height] = [data, width, height];
    this.#walked = new Uint8Array(data.length);
    this.#upperLeft = new Int32Array(data.length);
  }

  outer(): { classId: number; start: number }[] {
    const found: { classId: number; start: number }[] = [];
    const [width, height] = [this.#width, this.#height];
    for (let y = 0; y <= height; y++) {
      for (let x = 0; x < width; x++) {
        const [above, here] = [this.#at(x, y - 1), this.#at(x, y)];
        if (above === here) continue;
        const pixel = y * width + x;
        // The lower edge of a region that was met before from above: the highest edge of a hole in it.
        if (above !== IGNORE && !(this.#walked[pixel - width]! & 2)) this.#join(this.#walk(x + 1, y, 2, above), x, y, above);
        if (here !== IGNORE && !(this.#walked[pixel]! & 1)) found.push({ classId: here, start: this.#walk(x, y, 0, here) });
      }
    }
    return found;
  }

  /** The corners of a ring where it turns. */
  points(start: number, outline: Outline): number[] {
    const width = this.#width;
    const edges = outline === 'edges';
    const X = (node: number): number => (edges ? this.#x[node]! : this.#pixel[node]! % width);
    const Y = (node: number): number => (edges ? this.#y[node]! : Math.floor(this.#pixel[node]! / width));
    const out: number[] = [];
    let node = start;
    do {
      const [x, y] = [X(node), Y(node)];
      if (out.at(-2) !== x || out.at(-1) !== y) {
        if (straight(out.at(-4), out.at(-3), out.at(-2), out.at(-1), x, y)) out.length -= 2;
        out.push(x, y);
      }
      node = this.#next[node]!;
    } while (node !== start);
    if (out.length > 2 && out[0] === out.at(-2) && out[1] === out.at(-1)) out.length -= 2;
    if (straight(out.at(-4), out.at(-3), out.at(-2), out.at(-1), out[0]!, out[1]!)) out.length -= 2;
    if (straight(out.at(-2), out.at(-1), out[0], out[1], out[2]!, out[3]!)) out.splice(0, 2);
    return out;
  }

  #at(x: number, y: number): number {
    return x < 0 || y < 0 || x >= this.#width || y >= this.#height ? IGNORE : this.#data[y * this.#width + x]!;
  }

  #node(x: number, y: number, pixel: number, next: number): number {
    const node = this.#x.push(x) - 1;
    this.#y.push(y);
    this.#pixel.push(pixel);
    this.#next.push(next);
    return node;
  }

  /** Walks once around, from a corner in a direction; returns the node of the corner after the first step. */
  #walk(fromX: number, fromY: number, fromDirection: number, classId: number): number {
    let [x, y, direction] = [fromX, fromY, fromDirection];
    let [first, last] = [-1, -1];
    do {
      const [rx, ry] = RIGHT[direction]!;
      const pixel = (y + ry) * this.#width + x + rx;
      x += DX[direction]!;
      y += DY[direction]!;
      const node = this.#node(x, y, pixel, first);
      if (direction === 0) this.#walked[pixel]! |= 1;
      else if (direction === 2) this.#walked[pixel]! |= 2;
      else if (direction === 3) this.#upperLeft[pixel] = node;
      if (first < 0) first = node;
      else this.#next[last] = node;
      last = node;
      const [ax, ay] = RIGHT[direction]!;
      const [bx, by] = LEFT[direction]!;
      // Pixels that only touch by a corner are not connected: the walk stays with the pixel at its right.
      if (this.#at(x + ax, y + ay) !== classId) direction = (direction + 1) % 4;
      else if (this.#at(x + bx, y + by) === classId) direction = (direction + 3) % 4;
    } while (x !== fromX || y !== fromY || direction !== fromDirection);
    this.#next[last] = first;
    return first;
  }

  /**
   * Cuts from the upper left corner of a hole's first pixel straight to the left, through pixels of the region, to the nearest edge: that
   * is of the outline, or of a hole whose first pixel came earlier and which is joined already.
   */
  #join(hole: number, x: number, y: number, classId: number): void {
    let edge = x - 1;
    while (this.#at(edge - 1, y) === classId) edge--;
    const pixel = y * this.#width + edge;
    const outside = this.#upperLeft[pixel]!;
    let last = hole;
    while (this.#next[last] !== hole) last = this.#next[last]!;
    // The cut comes and goes through the pixels below it, of which this is the last one before the hole.
    const inner = y * this.#width + x - 1;
    const back = this.#node(edge, y, pixel, this.#next[outside]!);
    this.#next[last] = this.#node(x, y, this.#pixel[hole]!, this.#node(x, y, inner, back));
    this.#pixel[hole] = inner;
    this.#next[outside] = hole;
  }
}

/** Whether the way from a over b to c goes on in one direction. */
function straight(
  ax: number | undefined,
  ay: number | undefined,
  bx: number | undefined,
  by: number | undefined,
  cx: number,
  cy: number,
): boolean {
  if (ax === undefined || ay === undefined || bx === undefined || by === undefined) return false;
  const [ux, uy, vx, vy] = [bx - ax, by - ay, cx - bx, cy - by];
  return ux * vy === uy * vx && ux * vx + uy * vy > 0;
}
