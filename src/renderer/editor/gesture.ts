import type { LabelDiff, LabelMap } from '@shared/mask';
import type { Emitter } from './emitter';
import { EMPTY_RECT, isEmpty, union, type Rect } from './geometry';
import type { WriteRule } from './rules';
import type { Spans } from './spans';

const TILE = 64;

/** What a tile held before the gesture, row-major. */
interface Kept {
  readonly kept: Uint8Array;
  readonly rect: Rect;
}

/** Labels that tell where they change. */
interface Changing extends LabelMap {
  readonly changed: Emitter<Rect>;
}

/**
 * One change of the labels in the making, from pointer down to pointer up. What it overwrites is kept in tiles,
 * copied when first touched, so that its cost is that of the pixels touched and never of the image.
 */
export class Gesture {
  readonly #columns: number;
  readonly #tiles = new Map<number, Uint8Array>();
  readonly #touched: Uint8Array;
  #dirty: Rect = EMPTY_RECT;
  #open = true;

  constructor(
    private readonly document: Changing,
    private readonly rule: WriteRule,
    private readonly ended: (diff: LabelDiff | null) => void,
  ) {
    this.#columns = Math.ceil(document.width / TILE);
    this.#touched = new Uint8Array(this.#columns * Math.ceil(document.height / TILE));
  }

  get open(): boolean {
    return this.#open;
  }

  /** Sets pixels to `value` where the rule allows; pixels outside the image are ignored. */
  write(spans: Spans, value: number): void {
    this.#check();
    const { width, height, data } = this.document;
    let dirty = EMPTY_RECT;
    for (let i = 0; i < spans.length; i += 3) {
      const y = spans[i]!;
      const x0 = Math.max(spans[i + 1]!, 0);
      const x1 = Math.min(spans[i + 2]!, width);
      if (y < 0 || y >= height || x0 >= x1) continue;
      this.#keep(y, x0, x1);
      const end = y * width + x1;
      for (let p = y * width + x0; p < end; p++) if (this.rule[data[p]!] === 1) data[p] = value;
      dirty = union(dirty, { x0, y0: y, x1, y1: y + 1 });
    }
    this.#changed(dirty);
  }

  /** Sets `length` pixels from index `start` on, row after row. */
  fill(start: number, length: number, value: number): void {
    const { width } = this.document;
    const spans: number[] = [];
    for (let at = start; at < start + length;) {
      const x0 = at % width;
      const x1 = Math.min(width, x0 + start + length - at);
      spans.push(Math.floor(at / width), x0, x1);
      at += x1 - x0;
    }
    this.write(Int32Array.from(spans), value);
  }

  /** Takes back what was written so far; the gesture goes on. For previews that are drawn anew. */
  restart(): void {
    this.#check();
    const { width, data } = this.document;
    for (const [tile, kept] of this.#tiles) {
      const r = this.#rect(tile);
      const columns = r.x1 - r.x0;
      for (let y = r.y0; y < r.y1; y++) {
        data.set(kept.subarray((y - r.y0) * columns, (y - r.y0 + 1) * columns), y * width + r.x0);
      }
    }
    if (!isEmpty(this.#dirty)) this.document.changed.emit(this.#dirty);
    this.#dirty = EMPTY_RECT;
  }

  /** Ends the gesture, leaving the labels as they were. */
  cancel(): void {
    this.restart();
    this.#end(null);
  }

  /** Ends the gesture; returns what it changed. */
  commit(): LabelDiff {
    this.#check();
    const diff = this.#diff();
    this.#end(diff);
    return diff;
  }

  #check(): void {
    if (!this.#open) throw new Error('the gesture has ended');
  }

  #end(diff: LabelDiff | null): void {
    this.#open = false;
    this.ended(diff);
  }

  #changed(rect: Rect): void {
    if (isEmpty(rect)) return;
    this.#dirty = union(this.#dirty, rect);
    this.document.changed.emit(rect);
  }

  #rect(tile: number): Rect {
    const x0 = (tile % this.#columns) * TILE;
    const y0 = Math.floor(tile / this.#columns) * TILE;
    return { x0, y0, x1: Math.min(x0 + TILE, this.document.width), y1: Math.min(y0 + TILE, this.document.height) };
  }

  #keep(y: number, x0: number, x1: number): void {
    const row = Math.floor(y / TILE) * this.#columns;
    const last = row + Math.floor((x1 - 1) / TILE);
    for (let tile = row + Math.floor(x0 / TILE); tile <= last; tile++) {
      if (this.#touched[tile] === 1) continue;
      this.#touched[tile] = 1;
      const r = this.#rect(tile);
      const columns = r.x1 - r.x0;
      const kept = new Uint8Array(columns * (r.y1 - r.y0));
      for (let ty = r.y0; ty < r.y1; ty++) {
        const start = ty * this.document.width + r.x0;
        kept.set(this.document.data.subarray(start, start + columns), (ty - r.y0) * columns);
      }
      this.#tiles.set(tile, kept);
    }
  }

  /** Compares the touched tiles row by row, so that runs come out sorted and join across tiles. */
  #diff(): LabelDiff {
    const { width, data } = this.document;
    const out: number[] = [];
    for (const band of this.#bands()) {
      const { y0, y1 } = band[0]!.rect;
      for (let y = y0; y < y1; y++) {
        for (const { kept, rect } of band) {
          const columns = rect.x1 - rect.x0;
          compareRow(kept, (y - y0) * columns, data, y * width + rect.x0, columns, out);
        }
      }
    }
    return Uint32Array.from(out);
  }

  /** The touched tiles from left to right, grouped by their row of tiles from top to bottom. */
  #bands(): Kept[][] {
    const bands = new Map<number, Kept[]>();
    for (const tile of [...this.#tiles.keys()].sort((a, b) => a - b)) {
      const row = Math.floor(tile / this.#columns);
      const band = bands.get(row) ?? [];
      band.push({ kept: this.#tiles.get(tile)!, rect: this.#rect(tile) });
      bands.set(row, band);
    }
    return [...bands.values()];
  }
}

/** Appends the differences of one tile row to `out`, lengthening the last run where it goes on. */
function compareRow(before: Uint8Array, b: number, after: Uint8Array, a: number, length: number, out: number[]): void {
  for (let x = 0; ;) {
    while (x < length && before[b + x] === after[a + x]) x++;
    if (x >= length) return;
    const from = before[b + x]!;
    const to = after[a + x]!;
    const start = x++;
    while (x < length && before[b + x] === from && after[a + x] === to) x++;
    const values = from | (to << 8);
    const last = out.length - 3;
    if (last >= 0 && out[last + 2] === values && out[last]! + out[last + 1]! === a + start) out[last + 1]! += x - start;
    else out.push(a + start, x - start, values);
  }
}
