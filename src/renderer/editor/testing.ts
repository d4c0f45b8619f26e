/** Stand-ins for the headless tests of the editor. */
import { EspalierError } from '@shared/errors';
import { applyDiff, emptyLabelMap, encodeRle, IGNORE, invertDiff, type LabelDiff, type LabelMap } from '@shared/mask';
import type { LabelState } from '@shared/protocol';
import { imagePoint, screenPoint } from './geometry';
import type { ImagePixels } from './pixels';
import { EditorSession } from './session';
import type { LabelStore } from './store';
import { makeTools } from './toolbox';
import { DEFAULT_OPTIONS, type PointerInput, type Tool, type ToolHost, type ToolId, type ToolOptions } from './tools/tool';

/** A library in memory, as strict as the real one about revisions and diffs. */
export class MemoryStore implements LabelStore {
  readonly map: LabelMap;
  revision = 0;
  readonly past: LabelDiff[] = [];
  future: LabelDiff[] = [];
  /** What was asked for, in order. */
  readonly calls: string[] = [];
  /** Errors for the calls to come: thrown before anything is done, or, `after`, instead of the answer. */
  readonly failures: { readonly error: Error; readonly after?: true }[] = [];
  /** Holds answers back while set. */
  gate: Promise<void> = Promise.resolve();

  constructor(width = 16, height = 12) {
    this.map = emptyLabelMap(width, height);
  }

  async read() {
    await this.gate;
    const { width, height, data } = this.map;
    return { ...this.#state(), width, height, rle: encodeRle(data) };
  }

  apply({ revision, diff, tool }: { revision: number; diff: LabelDiff; tool: string }): Promise<LabelState> {
    return this.#change(tool, revision, () => {
      applyDiff(this.map.data, diff);
      this.past.push(diff);
      this.future = [];
      return {};
    });
  }

  undo({ revision }: { revision: number }) {
    return this.#change('undo', revision, () => ({ diff: this.#step(this.past, this.future, true) }));
  }

  redo({ revision }: { revision: number }) {
    return this.#change('redo', revision, () => ({ diff: this.#step(this.future, this.past, false) }));
  }

  #step(from: LabelDiff[], to: LabelDiff[], invert: boolean): LabelDiff {
    const forward = from.pop();
    if (!forward) throw new Error('no step');
    to.push(forward);
    const diff = invert ? invertDiff(forward) : forward;
    applyDiff(this.map.data, diff);
    return diff;
  }

  async #change<R extends object>(name: string, revision: number, change: () => R): Promise<LabelState & R> {
    this.calls.push(name);
    await this.gate;
    const failure = this.failures.shift();
    if (failure && !failure.after) throw failure.error;
    if (revision !== this.revision) throw new EspalierError('LABELS_OUTDATED');
    const result = change();
    this.revision++;
    if (failure) throw failure.error;
    return { ...this.#state(), ...result };
  }

  #state(): LabelState {
    const labelledPixels = this.map.data.reduce((n, v) => n + (v === IGNORE ? 0 : 1), 0);
    const state = labelledPixels > 0 ? 'started' : 'unlabelled';
    return { revision: this.revision, undo: this.past.length, redo: this.future.length, labelledPixels, state };
  }
}

export type Pen = Partial<Pick<PointerInput, 'shift' | 'alt' | 'pressure' | 'pen' | 'scale'>>;

/** A pointer event at an image point; the screen shows it at `scale`, 1 unless told. */
export function at(x: number, y: number, pen: Pen = {}): PointerInput {
  const scale = pen.scale ?? 1;
  const free = { pressure: 0.5, pen: false, shift: false, alt: false, scale };
  return { ...free, ...pen, point: imagePoint(x, y), screen: screenPoint(x * scale, y * scale) };
}

/** An editor without a window: a session on a memory store, with all the tools. */
export class HeadlessEditor implements ToolHost {
  readonly options: ToolOptions = { ...DEFAULT_OPTIONS };
  readonly locked = new Set<number>();
  pixels: ImagePixels | null = null;
  superpixels: ToolHost['superpixels'] = null;
  prediction: ToolHost['prediction'] = null;
  embedding: ToolHost['embedding'] = null;
  readonly tools = makeTools(this);

  private constructor(
    readonly store: MemoryStore,
    readonly session: EditorSession,
  ) {}

  static async open(width = 16, height = 12): Promise<HeadlessEditor> {
    const store = new MemoryStore(width, height);
    return new HeadlessEditor(store, await EditorSession.load(1, store, () => Promise.resolve()));
  }

  setClass(id: number): void {
    this.options.classId = id;
  }

  setBrushSize(size: number): void {
    this.options.brushSize = size;
  }

  tool(id: ToolId): Tool {
    return this.tools[id];
  }

  /** Presses at the first point, moves through the others, releases at the last. */
  drag(id: ToolId, points: readonly (readonly [number, number])[], pen: Pen = {}): void {
    const tool = this.tools[id];
    const inputs = points.map(([x, y]) => at(x, y, pen));
    tool.down(inputs[0]!);
    for (const input of inputs.slice(1)) tool.move(input);
    tool.up(inputs[inputs.length - 1]!);
  }

  /** The labels as text, a line a row: a digit or letter for a class, `.` for none. */
  picture(): string[] {
    return pictureOf(this.session.document);
  }

  /** Sets the labels from such text, as a saved gesture. */
  paint(...rows: string[]): void {
    const gesture = this.session.begin('test', new Uint8Array(256).fill(1))!;
    rows.forEach((row, y) => [...row].forEach((c, x) => gesture.write(Int32Array.of(y, x, x + 1), c === '.' ? IGNORE : parseInt(c, 36))));
    gesture.commit();
  }
}

export function pictureOf({ width, height, data }: LabelMap): string[] {
  const row = (y: number): string =>
    [...data.subarray(y * width, (y + 1) * width)].map((v) => (v === IGNORE ? '.' : v.toString(36))).join('');
  return Array.from({ length: height }, (_, y) => row(y));
}

/** A reproducible source of numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Whether two arrays hold the same numbers; much faster than a deep comparison. */
export function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
