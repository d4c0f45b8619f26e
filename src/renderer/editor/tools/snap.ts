import type { Gesture } from '../gesture';
import { EMPTY_RECT, union, type ImagePoint, type Rect } from '../geometry';
import type { Embedding } from '../snap/embedding';
import { snap } from '../snap/snap';
import { boundsOf, clipSpans, spansOfMask } from '../spans';
import { stampOf, sweep } from '../stamp';
import type { ImagePixels } from '../pixels';
import { inImage, inWindow } from '../window';
import { beginPaint, ERASE, type PointerInput, type Tool, type ToolHost } from './tool';

interface Stroke {
  readonly gesture: Gesture;
  readonly value: number;
  readonly pixels: ImagePixels;
  readonly embedding: Embedding;
  /** 1 where the stroke went, of the pixels whose colours are known. */
  readonly mask: Uint8Array;
  bounds: Rect;
  last: ImagePoint;
}

/** Paint roughly over a thing; on release the stroke's border moves to the border that a run's teacher sees. Alt takes away. */
export class SnapTool implements Tool {
  readonly id = 'snap';
  readonly draft = null;
  #stroke: Stroke | null = null;

  constructor(private readonly host: ToolHost) {}

  get state(): 'idle' | 'painting' {
    return this.#stroke ? 'painting' : 'idle';
  }

  down(pointer: PointerInput): void {
    const { session, pixels, embedding, options } = this.host;
    if (this.#stroke || !session || !pixels || !embedding) return;
    const value = pointer.alt ? ERASE : options.classId;
    const gesture = beginPaint(this.host, this.id, value);
    if (!gesture) return;
    const mask = new Uint8Array(pixels.width * pixels.height);
    this.#stroke = { gesture, value, pixels, embedding, mask, bounds: EMPTY_RECT, last: pointer.point };
    this.move(pointer);
  }

  move(pointer: PointerInput): void {
    const stroke = this.#stroke;
    if (!stroke?.gesture.open) return;
    const { brushSize, brushShape } = this.host.options;
    const { pixels } = stroke;
    const spans = clipSpans(inWindow(sweep(stampOf(brushSize, brushShape), stroke.last, pointer.point), pixels), pixels);
    for (let i = 0; i < spans.length; i += 3) {
      const row = spans[i]! * pixels.width;
      stroke.mask.fill(1, row + spans[i + 1]!, row + spans[i + 2]!);
    }
    stroke.bounds = union(stroke.bounds, boundsOf(spans));
    stroke.gesture.write(inImage(spans, pixels), stroke.value);
    stroke.last = pointer.point;
  }

  up(pointer: PointerInput): void {
    this.move(pointer);
    this.commit();
  }

  commit(): void {
    const stroke = this.#stroke;
    this.#stroke = null;
    if (!stroke?.gesture.open) return;
    const { gesture, mask, bounds, pixels, embedding, value } = stroke;
    gesture.restart();
    const snapped = snap(spansOfMask(mask, pixels.width, bounds), this.host.options.snapReach, pixels, embedding);
    gesture.write(inImage(snapped, pixels), value);
    gesture.commit();
  }

  cancel(): void {
    if (this.#stroke?.gesture.open) this.#stroke.gesture.cancel();
    this.#stroke = null;
  }

  back(): void {
    this.cancel();
  }
}
