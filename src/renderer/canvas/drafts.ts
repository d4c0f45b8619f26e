import Konva from 'konva';
import type { Draft } from '../editor/tools/tool';
import type { Viewport } from '../editor/viewport';

const VERTEX = 4;

/** What is drawn above the image but is no pixel of it: polygons and boxes in the making, and the border of a chosen region. */
export class DraftShapes {
  readonly #shape: Konva.Shape;
  #draft: Draft | null = null;
  #color = '#ffffff';
  #region: Int32Array | null = null;
  #view: Viewport = { scale: 1, x: 0, y: 0 };

  constructor(layer: Konva.Layer) {
    this.#shape = new Konva.Shape({ listening: false, sceneFunc: (context) => this.#draw(context) });
    layer.add(this.#shape);
  }

  get empty(): boolean {
    return this.#draft === null && this.#region === null;
  }

  /** Tells whether there is anything to draw anew. */
  setDraft(draft: Draft | null, color: string): boolean {
    const changed = draft !== null || this.#draft !== null;
    this.#draft = draft;
    this.#color = color;
    return changed;
  }

  /** @param pieces as `outlineOf` gives them */
  setRegion(pieces: Int32Array | null): void {
    this.#region = pieces;
  }

  place(view: Viewport): void {
    this.#view = view;
  }

  #draw(context: Konva.Context): void {
    if (this.#region) this.#outline(context, (path) => this.#regionPath(path, this.#region!), null);
    const draft = this.#draft;
    if (draft?.kind === 'box') this.#outline(context, (path) => this.#boxPath(path, draft), this.#color);
    if (draft?.kind === 'path') {
      this.#outline(context, (path) => this.#linePath(path, draft), this.#color);
      if (draft.vertices) this.#vertices(context, draft);
    }
  }

  /** A light line on a dark one is seen on any image. */
  #outline(context: Konva.Context, trace: (path: Path2D) => void, fill: string | null): void {
    const path = new Path2D();
    trace(path);
    if (fill) {
      context.globalAlpha = 0.3;
      context.fillStyle = fill;
      context.fill(path, 'evenodd');
      context.globalAlpha = 1;
    }
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = 'rgb(0 0 0 / 70%)';
    context.stroke(path);
    context.lineWidth = 1.25;
    context.strokeStyle = '#ffffff';
    context.stroke(path);
  }

  #regionPath(path: Path2D, pieces: Int32Array): void {
    const { scale, x, y } = this.#view;
    for (let i = 0; i < pieces.length; i += 4) {
      path.moveTo(pieces[i]! * scale + x, pieces[i + 1]! * scale + y);
      path.lineTo(pieces[i + 2]! * scale + x, pieces[i + 3]! * scale + y);
    }
  }

  #boxPath(path: Path2D, { rect, round }: Extract<Draft, { kind: 'box' }>): void {
    const { scale, x, y } = this.#view;
    const [left, top] = [rect.x0 * scale + x, rect.y0 * scale + y];
    const [width, height] = [(rect.x1 - rect.x0) * scale, (rect.y1 - rect.y0) * scale];
    if (round) path.ellipse(left + width / 2, top + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
    else path.rect(left, top, width, height);
  }

  #linePath(path: Path2D, { points, next }: Extract<Draft, { kind: 'path' }>): void {
    const { scale, x, y } = this.#view;
    for (const point of next ? [...points, next] : points) path.lineTo(point.x * scale + x, point.y * scale + y);
    path.closePath();
  }

  #vertices(context: Konva.Context, { points }: Extract<Draft, { kind: 'path' }>): void {
    const { scale, x, y } = this.#view;
    context.lineWidth = 1;
    context.strokeStyle = '#000000';
    points.forEach((point, i) => {
      const half = i === 0 && points.length >= 3 ? VERTEX + 1.5 : VERTEX;
      context.beginPath();
      context.rect(point.x * scale + x - half, point.y * scale + y - half, 2 * half, 2 * half);
      context.fillStyle = i === 0 ? this.#color : '#ffffff';
      context.fill();
      context.stroke();
    });
  }
}
