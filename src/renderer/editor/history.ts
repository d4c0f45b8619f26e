import { invertDiff, type LabelDiff } from '@shared/mask';

/**
 * The diffs that undo and redo can show at once. The whole history is in the library: when more than `limit` bytes
 * are held, the steps farthest from the present are forgotten here, and asked of the library when they are reached.
 */
export class History {
  #past: LabelDiff[] = [];
  #future: LabelDiff[] = [];
  #bytes = 0;

  constructor(private readonly limit = 64 * 1024 * 1024) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** A new step was made: whatever was undone is gone. */
  push(diff: LabelDiff): void {
    for (const gone of this.#future) this.#bytes -= gone.byteLength;
    this.#future = [];
    this.#add(this.#past, diff);
  }

  /** Steps back; returns what to write into the labels, or null when the step is not held here. */
  undo(): LabelDiff | null {
    const diff = this.#past.pop();
    if (!diff) return null;
    this.#future.push(diff);
    return invertDiff(diff);
  }

  redo(): LabelDiff | null {
    const diff = this.#future.pop();
    if (!diff) return null;
    this.#past.push(diff);
    return diff;
  }

  /** The library stepped back by writing `diff`: it can be redone from here. */
  undone(diff: LabelDiff): void {
    this.#add(this.#future, invertDiff(diff));
  }

  redone(diff: LabelDiff): void {
    this.#add(this.#past, diff);
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
    this.#bytes = 0;
  }

  #add(list: LabelDiff[], diff: LabelDiff): void {
    list.push(diff);
    this.#bytes += diff.byteLength;
    while (this.#bytes > this.limit) {
      const farthest = this.#past.length > 1 ? this.#past : this.#future;
      const gone = farthest.length > 1 || farthest !== list ? farthest.shift() : undefined;
      if (!gone) return;
      this.#bytes -= gone.byteLength;
    }
  }
}
