import type { Gesture } from '../gesture';
import { clamp, imagePoint, type ImagePoint } from '../geometry';
import { MAX_BRUSH, MIN_BRUSH, stampOf, sweep, type Stamp } from '../stamp';
import { beginPaint, ERASE, type PointerInput, type Tool, type ToolHost } from './tool';

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'painting'; readonly gesture: Gesture; last: ImagePoint }
  | { readonly name: 'lining'; readonly gesture: Gesture; readonly from: ImagePoint; to: ImagePoint }
  | { readonly name: 'sizing'; readonly startX: number; readonly startSize: number };

const IDLE: State = { name: 'idle' };

/**
 * Brush and eraser: hard stamps swept from point to point. Shift draws a straight line, from the end of the last stroke where there is one;
 * Alt-drag to the right and left changes the size.
 */
export class BrushTool implements Tool {
  readonly draft = null;
  #state: State = IDLE;
  #lastEnd: { readonly imageId: number; readonly point: ImagePoint } | null = null;
  #stamp: Stamp = stampOf(1);

  constructor(
    private readonly host: ToolHost,
    readonly id: 'brush' | 'eraser',
  ) {}

  get state(): State['name'] {
    return this.#state.name;
  }

  down(pointer: PointerInput): void {
    if (this.#state.name !== 'idle') return;
    const { options, session } = this.host;
    if (pointer.alt) {
      this.#state = { name: 'sizing', startX: pointer.screen.x, startSize: options.brushSize };
      return;
    }
    const gesture = beginPaint(this.host, this.id, this.#value);
    if (!gesture || !session) return;
    const { point } = pointer;
    if (pointer.shift) {
      const from = this.#lastEnd?.imageId === session.imageId ? this.#lastEnd.point : point;
      this.#state = { name: 'lining', gesture, from, to: point };
      gesture.write(sweep(this.#stampFor(pointer), from, point), this.#value);
    } else {
      this.#state = { name: 'painting', gesture, last: point };
      gesture.write(sweep(this.#stampFor(pointer), point, point), this.#value);
    }
  }

  move(pointer: PointerInput): void {
    const state = this.#state;
    switch (state.name) {
      case 'idle':
        break;
      case 'sizing':
        this.host.setBrushSize(
          clamp(Math.round(state.startSize + (pointer.screen.x - state.startX) / pointer.scale), MIN_BRUSH, MAX_BRUSH),
        );
        break;
      case 'painting': {
        if (!state.gesture.open) return this.#rest(null);
        const point = this.#follow(state.last, pointer.point);
        state.gesture.write(sweep(this.#stampFor(pointer), state.last, point), this.#value);
        state.last = point;
        break;
      }
      case 'lining':
        if (!state.gesture.open) return this.#rest(null);
        state.to = pointer.point;
        state.gesture.restart();
        state.gesture.write(sweep(this.#stampFor(pointer), state.from, state.to), this.#value);
    }
  }

  /** A steadied brush lags behind the pointer; the end of the stroke is where the pointer is. */
  up(pointer: PointerInput): void {
    const state = this.#state;
    if (state.name === 'painting' && state.gesture.open) {
      state.gesture.write(sweep(this.#stampFor(pointer), state.last, pointer.point), this.#value);
      state.last = pointer.point;
    }
    this.commit();
  }

  commit(): void {
    const state = this.#state;
    if (state.name === 'painting' || state.name === 'lining') {
      if (state.gesture.open) state.gesture.commit();
      this.#rest(state.name === 'painting' ? state.last : state.to);
    } else this.#rest(null);
  }

  cancel(): void {
    const state = this.#state;
    if ((state.name === 'painting' || state.name === 'lining') && state.gesture.open) state.gesture.cancel();
    this.#rest(null);
  }

  back(): void {
    this.cancel();
  }

  get #value(): number {
    return this.id === 'eraser' ? ERASE : this.host.options.classId;
  }

  #rest(end: ImagePoint | null): void {
    this.#state = IDLE;
    const imageId = this.host.session?.imageId;
    if (end && imageId !== undefined) this.#lastEnd = { imageId, point: end };
  }

  #follow(last: ImagePoint, to: ImagePoint): ImagePoint {
    const share = 1 - clamp(this.host.options.stabiliser, 0, 0.95);
    return imagePoint(last.x + (to.x - last.x) * share, last.y + (to.y - last.y) * share);
  }

  #stampFor(pointer: PointerInput): Stamp {
    const { brushSize, brushShape, pressure } = this.host.options;
    const size = Math.max(1, Math.round(brushSize * (pressure && pointer.pen ? pointer.pressure : 1)));
    if (this.#stamp.size !== size || this.#shape !== brushShape) this.#stamp = stampOf(size, brushShape);
    this.#shape = brushShape;
    return this.#stamp;
  }
  #shape: 'circle' | 'square' = 'circle';
}
