import type { Gesture } from '../gesture';
import type { ImagePoint, Rect } from '../geometry';
import { boxBetween, ellipseSpans, rectangleSpans } from '../raster/shapes';
import { beginPaint, type Draft, type PointerInput, type Tool, type ToolHost } from './tool';

/** Rectangle and ellipse, dragged from corner to corner; Shift makes square and circle, Alt starts at the centre. */
export class BoxTool implements Tool {
  #from: ImagePoint | null = null;
  #rect: Rect | null = null;

  constructor(
    private readonly host: ToolHost,
    readonly id: 'rectangle' | 'ellipse',
  ) {}

  get state(): 'idle' | 'dragging' {
    return this.#from ? 'dragging' : 'idle';
  }

  get draft(): Draft | null {
    return this.#rect && { kind: 'box', rect: this.#rect, round: this.id === 'ellipse' };
  }

  down(pointer: PointerInput): void {
    if (!this.#from) this.#from = pointer.point;
  }

  move(pointer: PointerInput): void {
    if (this.#from) this.#rect = boxBetween(this.#from, pointer.point, { square: pointer.shift, centred: pointer.alt });
  }

  up(pointer: PointerInput): void {
    this.move(pointer);
    this.commit();
  }

  commit(): void {
    const rect = this.#rect;
    this.cancel();
    if (!rect) return;
    const gesture: Gesture | null = beginPaint(this.host, this.id);
    gesture?.write(this.id === 'ellipse' ? ellipseSpans(rect) : rectangleSpans(rect), this.host.options.classId);
    gesture?.commit();
  }

  cancel(): void {
    this.#from = null;
    this.#rect = null;
  }

  back(): void {
    this.cancel();
  }
}
