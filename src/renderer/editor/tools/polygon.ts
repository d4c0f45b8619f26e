import { imagePoint, type ImagePoint } from '../geometry';
import { polygonSpans } from '../raster/polygon';
import { beginPaint, type Draft, type PointerInput, type Tool, type ToolHost } from './tool';

/** Distances in CSS pixels: how near a click must be to a vertex or an edge, and the spacing of freehand points. */
const NEAR_VERTEX = 8;
const NEAR_EDGE = 5;
const FREEHAND_STEP = 4;

type Press =
  /** On the first vertex: closes unless it is dragged. */
  | { readonly name: 'closing'; readonly start: PointerInput }
  | { readonly name: 'moving'; readonly index: number }
  /** On free ground: a vertex was put; dragging goes on freehand. */
  | { readonly name: 'adding'; readonly first: boolean; freehand: boolean };

/**
 * Click by click, or freehand while the button is held. Until it is committed (Enter, double click, a click on the first vertex, or a
 * freehand line ending where it began) vertices can be dragged, put on an edge by pressing there, and removed with Alt or Backspace.
 */
export class PolygonTool implements Tool {
  readonly id = 'polygon';
  #points: ImagePoint[] = [];
  #hover: ImagePoint | null = null;
  #press: Press | null = null;
  #lastClick: PointerInput | null = null;

  constructor(private readonly host: ToolHost) {}

  get state(): 'idle' | 'drawing' | Press['name'] {
    return this.#press?.name ?? (this.#points.length > 0 ? 'drawing' : 'idle');
  }

  get draft(): Draft | null {
    if (this.#points.length === 0) return null;
    return { kind: 'path', points: this.#points, next: this.#press ? null : this.#hover, vertices: true };
  }

  down(pointer: PointerInput): void {
    const vertex = this.#vertexNear(pointer);
    if (vertex !== null && pointer.alt) {
      this.#points.splice(vertex, 1);
      return;
    }
    if (vertex !== null && vertex === this.#points.length - 1 && this.#doubled(pointer)) return this.commit();
    this.#lastClick = pointer;
    if (vertex === 0 && this.#points.length >= 3) this.#press = { name: 'closing', start: pointer };
    else if (vertex !== null) this.#press = { name: 'moving', index: vertex };
    else {
      const edge = this.#edgeNear(pointer);
      if (edge !== null) {
        this.#points.splice(edge + 1, 0, pointer.point);
        this.#press = { name: 'moving', index: edge + 1 };
      } else {
        this.#press = { name: 'adding', first: this.#points.length === 0, freehand: false };
        this.#points.push(pointer.point);
      }
    }
  }

  move(pointer: PointerInput): void {
    this.#hover = pointer.point;
    const press = this.#press;
    if (press?.name === 'moving') this.#points[press.index] = pointer.point;
    else if (press?.name === 'closing' && distance(press.start, pointer.point) > NEAR_VERTEX) {
      this.#press = { name: 'moving', index: 0 };
    } else if (press?.name === 'adding' && distance(pointer, this.#points[this.#points.length - 1]!) >= FREEHAND_STEP) {
      press.freehand = true;
      this.#points.push(pointer.point);
    }
  }

  up(pointer: PointerInput): void {
    const press = this.#press;
    this.#press = null;
    if (press?.name === 'closing') this.commit();
    else if (press?.name === 'adding' && press.first && press.freehand && this.#points.length > 3) {
      if (distance(pointer, this.#points[0]!) <= NEAR_VERTEX * 2) this.commit();
    }
  }

  commit(): void {
    const { session } = this.host;
    const points = this.#points;
    this.cancel();
    if (!session || points.length < 3) return;
    const gesture = beginPaint(this.host, this.id);
    gesture?.write(polygonSpans(points, session.document), this.host.options.classId);
    gesture?.commit();
  }

  cancel(): void {
    this.#points = [];
    this.#press = null;
    this.#lastClick = null;
  }

  back(): void {
    this.#points.pop();
  }

  /** The last of the vertices within reach, except that the first wins: it closes. */
  #vertexNear(pointer: PointerInput): number | null {
    if (this.#points.length === 0) return null;
    if (this.#points.length >= 3 && distance(pointer, this.#points[0]!) <= NEAR_VERTEX) return 0;
    for (let i = this.#points.length - 1; i >= 0; i--) if (distance(pointer, this.#points[i]!) <= NEAR_VERTEX) return i;
    return null;
  }

  #edgeNear(pointer: PointerInput): number | null {
    for (let i = 0; i + 1 < this.#points.length; i++) {
      if (distance(pointer, nearestOn(this.#points[i]!, this.#points[i + 1]!, pointer.point)) <= NEAR_EDGE) return i;
    }
    return null;
  }

  #doubled(pointer: PointerInput): boolean {
    return this.#lastClick !== null && distance(this.#lastClick, pointer.point) <= NEAR_EDGE && this.#points.length >= 3;
  }
}

/** In CSS pixels. */
function distance(pointer: PointerInput, to: ImagePoint): number {
  return Math.hypot(pointer.point.x - to.x, pointer.point.y - to.y) * pointer.scale;
}

function nearestOn(a: ImagePoint, b: ImagePoint, p: ImagePoint): ImagePoint {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2));
  return imagePoint(a.x + t * dx, a.y + t * dy);
}
