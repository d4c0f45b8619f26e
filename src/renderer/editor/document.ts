import { applyDiff, writeDiff, type LabelDiff, type LabelMap } from '@shared/mask';
import { Emitter } from './emitter';
import { EMPTY_RECT, type Rect } from './geometry';
import { Gesture } from './gesture';
import type { WriteRule } from './rules';

/** The labels of one image in memory: class id per pixel, 255 = unlabelled. Changed by gestures and by diffs only. */
export class LabelDocument {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** Pixels of each value, as of the last finished gesture. */
  readonly counts = new Float64Array(256);
  /** Tells which pixels changed, also within a gesture. */
  readonly changed = new Emitter<Rect>();
  #gesture: Gesture | null = null;

  constructor(map: LabelMap) {
    this.width = map.width;
    this.height = map.height;
    this.data = map.data;
    this.#countAll();
  }

  /** The unfinished gesture. */
  get gesture(): Gesture | null {
    return this.#gesture;
  }

  /** Starts a gesture; there is one at a time. `ended` gets what it changed, or null when it was cancelled. */
  begin(rule: WriteRule, ended: (diff: LabelDiff | null) => void = () => undefined): Gesture {
    if (this.#gesture) throw new Error('a gesture is already under way');
    this.#gesture = new Gesture(this, rule, (diff) => {
      this.#gesture = null;
      if (diff) this.#count(diff);
      ended(diff);
    });
    return this.#gesture;
  }

  /**
   * Writes a diff: undo, redo, or something accepted.
   * @throws RangeError, nothing written, when the diff does not fit the labels
   */
  apply(diff: LabelDiff): void {
    if (this.#gesture) throw new Error('a gesture is under way');
    applyDiff(this.data, diff);
    this.#wrote(diff);
  }

  /** Writes a diff that gestures here made, or its inverse, onto the labels it was made for: it is known to fit, which saves most of the time. */
  replay(diff: LabelDiff): void {
    if (this.#gesture) throw new Error('a gesture is under way');
    writeDiff(this.data, diff);
    this.#wrote(diff);
  }

  #wrote(diff: LabelDiff): void {
    this.#count(diff);
    if (diff.length > 0) this.changed.emit(this.boundsOf(diff));
  }

  /** Takes other labels of the same size in place of these. */
  replace(data: Uint8Array): void {
    if (this.#gesture) throw new Error('a gesture is under way');
    this.data.set(data);
    this.#countAll();
    this.changed.emit({ x0: 0, y0: 0, x1: this.width, y1: this.height });
  }

  /** The rectangle a diff touches; runs going over the end of a row take whole rows. */
  boundsOf(diff: LabelDiff): Rect {
    const { width } = this;
    const last = diff.length - 3;
    if (last < 0) return EMPTY_RECT;
    const y0 = Math.floor(diff[0]! / width);
    let [x0, x1] = [width, 0];
    // Runs are in order: rows are counted along, which is much less work than a division for each of a hundred thousand runs.
    for (let r = 0, row = y0 * width; r <= last; r += 3) {
      const start = diff[r]!;
      while (start >= row + width) row += width;
      const end = start + diff[r + 1]! - row;
      x0 = end > width ? 0 : Math.min(x0, start - row);
      x1 = Math.min(Math.max(x1, end), width);
    }
    return { x0, y0, x1, y1: Math.floor((diff[last]! + diff[last + 1]! - 1) / width) + 1 };
  }

  #countAll(): void {
    this.counts.fill(0);
    // Run by run: long stretches of one value are the rule.
    for (let i = 0, start = 0; i < this.data.length; start = i) {
      const value = this.data[start]!;
      while (i < this.data.length && this.data[i] === value) i++;
      this.counts[value]! += i - start;
    }
  }

  #count(diff: LabelDiff): void {
    for (let r = 0; r < diff.length; r += 3) {
      this.counts[diff[r + 2]! & 255]! -= diff[r + 1]!;
      this.counts[diff[r + 2]! >>> 8]! += diff[r + 1]!;
    }
  }
}
