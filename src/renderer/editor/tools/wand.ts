import type { Gesture } from '../gesture';
import { clamp } from '../geometry';
import { similarTo, type ImagePixels } from '../pixels';
import { everywhere, flood } from '../raster/flood';
import { floodToEdges } from '../raster/flood-to-edges';
import { inImage, pixelIn } from '../window';
import { beginPaint, ERASE, type PointerInput, type Tool, type ToolHost } from './tool';

interface Pressed {
  readonly gesture: Gesture;
  readonly pixels: ImagePixels;
  readonly seed: { readonly x: number; readonly y: number; readonly index: number };
  readonly value: number;
  readonly startX: number;
  tolerance: number;
}

/** CSS pixels of dragging for one step of tolerance. */
const DRAG_STEP = 3;

/** Levels a pixel at which an edge stops the wand: 40 is a hard edge, 1 is hardly more than noise. */
const edgeLimit = (percent: number): number => 40 ** (1 - percent / 100);

/**
 * Press on a colour, drag right for more tolerance and left for less, release. Shift adds to this class like a plain press;
 * Alt takes the region away from it.
 */
export class WandTool implements Tool {
  readonly id = 'wand';
  readonly draft = null;
  #pressed: Pressed | null = null;

  constructor(private readonly host: ToolHost) {}

  get state(): 'idle' | 'pressed' {
    return this.#pressed ? 'pressed' : 'idle';
  }

  down(pointer: PointerInput): void {
    const { options, pixels } = this.host;
    const seed = pixels && pixelIn(pixels, pointer.point);
    if (this.#pressed || !seed) return;
    const value = pointer.alt ? ERASE : options.classId;
    const gesture = beginPaint(this.host, this.id, value);
    if (!gesture) return;
    this.#pressed = { gesture, pixels, seed, value, startX: pointer.screen.x, tolerance: options.wandTolerance };
    this.#show(this.#pressed);
  }

  move(pointer: PointerInput): void {
    const pressed = this.#pressed;
    if (!pressed) return;
    const steps = Math.round((pointer.screen.x - pressed.startX) / DRAG_STEP);
    const tolerance = clamp(this.host.options.wandTolerance + steps, 0, 255);
    if (tolerance === pressed.tolerance || !pressed.gesture.open) return;
    pressed.tolerance = tolerance;
    pressed.gesture.restart();
    this.#show(pressed);
  }

  up(pointer: PointerInput): void {
    this.move(pointer);
    this.commit();
  }

  commit(): void {
    if (this.#pressed?.gesture.open) this.#pressed.gesture.commit();
    this.#pressed = null;
  }

  cancel(): void {
    if (this.#pressed?.gesture.open) this.#pressed.gesture.cancel();
    this.#pressed = null;
  }

  back(): void {
    this.cancel();
  }

  #show({ gesture, pixels, seed, value, tolerance }: Pressed): void {
    const { contiguous, wandEdges } = this.host.options;
    const similar = similarTo(pixels, seed.index, tolerance);
    const { x, y } = seed;
    const spans = !contiguous
      ? everywhere(pixels, similar)
      : wandEdges === 0
        ? flood(pixels, x, y, similar)
        : floodToEdges(pixels, x, y, similar, edgeLimit(wandEdges));
    gesture.write(inImage(spans, pixels), value);
  }
}
