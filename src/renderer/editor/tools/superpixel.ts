import type { Gesture } from '../gesture';
import { imagePoint, type ImagePoint } from '../geometry';
import { spansOfRegion, type Superpixels } from '../superpixels/superpixels';
import { inImage, pixelIn } from '../window';
import { beginPaint, ERASE, type PointerInput, type Tool, type ToolHost } from './tool';

interface Painting {
  readonly gesture: Gesture;
  readonly superpixels: Superpixels;
  readonly value: number;
  readonly written: Set<number>;
  last: ImagePoint;
}

/** Click, or paint over, superpixels: each one touched takes the class whole. Alt erases. */
export class SuperpixelTool implements Tool {
  readonly id = 'superpixel';
  readonly draft = null;
  #painting: Painting | null = null;

  constructor(private readonly host: ToolHost) {}

  get state(): 'idle' | 'painting' {
    return this.#painting ? 'painting' : 'idle';
  }

  down(pointer: PointerInput): void {
    const { superpixels } = this.host;
    if (this.#painting || !superpixels) return;
    const value = pointer.alt ? ERASE : this.host.options.classId;
    const gesture = beginPaint(this.host, this.id, value);
    if (!gesture) return;
    this.#painting = { gesture, superpixels, value, written: new Set(), last: pointer.point };
    this.move(pointer);
  }

  /** Takes every region on the line from the last point: a fast pointer skips none. */
  move(pointer: PointerInput): void {
    const painting = this.#painting;
    if (!painting?.gesture.open) return;
    const { last } = painting;
    const [dx, dy] = [pointer.point.x - last.x, pointer.point.y - last.y];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))));
    for (let step = 0; step <= steps; step++) this.#take(painting, imagePoint(last.x + (dx * step) / steps, last.y + (dy * step) / steps));
    painting.last = pointer.point;
  }

  up(): void {
    this.commit();
  }

  commit(): void {
    if (this.#painting?.gesture.open) this.#painting.gesture.commit();
    this.#painting = null;
  }

  cancel(): void {
    if (this.#painting?.gesture.open) this.#painting.gesture.cancel();
    this.#painting = null;
  }

  back(): void {
    this.cancel();
  }

  #take({ gesture, superpixels, value, written }: Painting, point: ImagePoint): void {
    const at = pixelIn(superpixels, point);
    if (!at) return;
    const region = superpixels.regions[at.index]!;
    if (written.has(region)) return;
    written.add(region);
    gesture.write(inImage(spansOfRegion(superpixels, region), superpixels), value);
  }
}
