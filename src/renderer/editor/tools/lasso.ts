import type { ImagePoint } from '../geometry';
import { polygonSpans } from '../raster/polygon';
import { predictedPart } from '../raster/region';
import { byValue } from '../spans';
import { acceptRule } from '../rules';
import type { Draft, PointerInput, Tool, ToolHost } from './tool';

/** Draw around part of a prediction; on release its classes there become labels. Follows the paint mode and the locks. */
export class LassoTool implements Tool {
  readonly id = 'lasso';
  #points: ImagePoint[] = [];

  constructor(private readonly host: ToolHost) {}

  get state(): 'idle' | 'drawing' {
    return this.#points.length > 0 ? 'drawing' : 'idle';
  }

  get draft(): Draft | null {
    return this.#points.length > 0 ? { kind: 'path', points: this.#points, next: null, vertices: false } : null;
  }

  down(pointer: PointerInput): void {
    this.#points = [pointer.point];
  }

  move(pointer: PointerInput): void {
    if (this.#points.length > 0) this.#points.push(pointer.point);
  }

  up(): void {
    this.commit();
  }

  commit(): void {
    const points = this.#points;
    this.cancel();
    const { session, prediction, options, locked } = this.host;
    if (!session || !prediction) return;
    const { planes } = prediction;
    const region = predictedPart(polygonSpans(points, session.document), planes, locked);
    const gesture = session.begin(this.id, acceptRule(options.mode, locked), prediction.saving(region));
    for (const [value, part] of byValue(region, planes.classes, planes.width)) gesture?.write(part, value);
    gesture?.commit();
  }

  cancel(): void {
    this.#points = [];
  }

  back(): void {
    this.cancel();
  }
}
