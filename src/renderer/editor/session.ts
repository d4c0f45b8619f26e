import { EspalierError, toEspalierError, type ErrorCode } from '@shared/errors';
import { decodeRle, runsOf, type LabelDiff } from '@shared/mask';
import type { LabelState, ResultOf } from '@shared/protocol';
import { LabelDocument } from './document';
import { Emitter } from './emitter';
import type { Gesture } from './gesture';
import { History } from './history';
import { ANY, type WriteRule } from './rules';
import { SaveQueue, type SaveState, type Wait } from './save-queue';
import { byValue, type Spans } from './spans';
import type { LabelBackend } from './label-backend';

/** Saves a diff made on top of `revision`; fulfilled when it is on disk. */
export type Save = (revision: number, diff: LabelDiff) => Promise<LabelState>;

/** A region to be written where `rule` allows: one value, or one for each pixel of the image. */
export interface Submission {
  readonly spans: Spans;
  readonly values: number | Uint8Array;
  readonly rule: WriteRule;
  readonly save: Save;
}

/** Does something on top of `revision` that only the library can work out; fulfilled with what it changed when that is on disk. */
export type Ask = (revision: number) => Promise<LabelState & { readonly diff: LabelDiff }>;

/** One thing for the library to do, in order. `diff` is what the labels here show of it already; null: not shown yet. */
type Step =
  | { readonly kind: 'apply'; readonly diff: LabelDiff; readonly save: Save }
  | { readonly kind: 'undo' | 'redo'; readonly diff: LabelDiff | null }
  | { readonly kind: 'ask'; readonly ask: Ask };

const NOTHING: LabelDiff = new Uint32Array(0);

/** Refusals that trying again cannot help. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'LABELS_INVALID',
  'CLASS_UNKNOWN',
  'IMAGE_UNKNOWN',
  'RUN_UNKNOWN',
  'PREDICTION_OUTDATED',
  'DECISION_UNKNOWN',
]);

/**
 * The labelling of one image: its document, its history and the saving of both. Gestures and undo show at once; the library,
 * which holds the truth, is told of them in order. Painting never waits for it.
 */
export class EditorSession {
  readonly document: LabelDocument;
  /** Something of `state`, `saveState` or `busy` changed. */
  readonly changed = new Emitter();
  /** A step the library will not take was taken back. */
  readonly refused = new Emitter<EspalierError>();
  /** The user did something that can be undone. */
  readonly stepped = new Emitter();
  readonly #queue: SaveQueue<Step>;
  readonly #history = new History();
  #state: LabelState;
  #undo: number;
  #redo: number;
  #gestureEnded: (() => void)[] = [];

  static async load(imageId: number, store: LabelBackend, wait?: Wait): Promise<EditorSession> {
    return new EditorSession(imageId, store, await store.read(imageId), wait);
  }

  private constructor(
    readonly imageId: number,
    private readonly store: LabelBackend,
    read: ResultOf<'labels.read'>,
    wait?: Wait,
  ) {
    const { width, height, rle, ...state } = read;
    this.document = new LabelDocument({ width, height, data: decodeRle(rle, width * height) });
    this.#state = state;
    this.#undo = state.undo;
    this.#redo = state.redo;
    this.#queue = new SaveQueue((step) => this.#perform(step), wait);
    this.#queue.changed.on(() => this.changed.emit());
  }

  /** As the library last acknowledged it. */
  get state(): LabelState {
    return this.#state;
  }

  get saveState(): SaveState {
    return this.#queue.state;
  }

  get canUndo(): boolean {
    return this.#undo > 0;
  }

  get canRedo(): boolean {
    return this.#redo > 0;
  }

  /** True while an undo or redo older than what is held here comes from the library: then no gesture can begin. */
  get busy(): boolean {
    return this.#queue.steps.some((step) => step.kind !== 'ask' && step.diff === null);
  }

  /** Starts a gesture that is saved when it is committed; null while busy or while another one is under way. */
  begin(tool: string, rule: WriteRule, save: Save = this.#saveAs(tool)): Gesture | null {
    if (this.busy || this.document.gesture) return null;
    return this.document.begin(rule, (diff) => {
      if (diff && diff.length > 0) {
        this.#push(diff, save);
        this.stepped.emit();
      }
      for (const resolve of this.#gestureEnded.splice(0)) resolve();
    });
  }

  /** Writes a region at once, as one step of the history. False when no gesture can begin now or nothing would change. */
  submit({ spans, values, rule, save }: Submission): boolean {
    const gesture = this.begin('region', rule, save);
    if (!gesture) return false;
    if (typeof values === 'number') gesture.write(spans, values);
    else for (const [value, part] of byValue(spans, values, this.document.width)) gesture.write(part, value);
    return gesture.commit().length > 0;
  }

  /** A step of the history that the library works out; what it changes shows when it is done. Painting goes on meanwhile. */
  ask(ask: Ask): void {
    this.#pushAsk(ask);
    this.stepped.emit();
  }

  /** Fulfilled when a gesture can begin. */
  async free(): Promise<void> {
    while (this.busy || this.document.gesture) {
      if (this.document.gesture) await this.#gestureEnd();
      else await this.flushed();
    }
  }

  /** Takes one step back, or cancels the gesture under way. */
  undo(): void {
    this.#step('undo');
  }

  redo(): void {
    this.#step('redo');
  }

  /** Tries a failed save again now. */
  retry(): void {
    this.#queue.retry();
  }

  /** Fulfilled when everything is on disk. */
  flushed(): Promise<void> {
    return this.#queue.flushed();
  }

  /** Fulfilled when everything is on disk, or cannot be saved now. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  /** Gives up what is not saved yet; the document goes on showing it. */
  discard(): void {
    this.#queue.discard();
  }

  #saveAs(tool: string): Save {
    return (revision, diff) => this.store.apply({ imageId: this.imageId, revision, tool, source: 'human', diff });
  }

  #push(diff: LabelDiff, save: Save): void {
    this.#history.push(diff);
    this.#undo++;
    this.#redo = 0;
    this.#queue.push({ kind: 'apply', diff, save });
  }

  #pushAsk(ask: Ask): void {
    this.#history.push(NOTHING);
    this.#undo++;
    this.#redo = 0;
    this.#queue.push({ kind: 'ask', ask });
  }

  #gestureEnd(): Promise<void> {
    return new Promise((resolve) => this.#gestureEnded.push(resolve));
  }

  #step(kind: 'undo' | 'redo'): void {
    if (this.document.gesture) {
      this.document.gesture.cancel();
      return;
    }
    if (this.#queue.steps.some((step) => step.kind === 'ask')) {
      // What there is to undo is not known here before the library has said so.
      void this.flushed().then(() => this.#step(kind));
      return;
    }
    if (this.busy || !(kind === 'undo' ? this.canUndo : this.canRedo)) return;
    const diff = this.#history[kind]();
    if (diff) this.document.replay(diff);
    this.#undo += kind === 'undo' ? -1 : 1;
    this.#redo += kind === 'undo' ? 1 : -1;
    this.#queue.push({ kind, diff });
  }

  async #perform(step: Step): Promise<void> {
    try {
      const { revision } = this.#state;
      if (step.kind === 'apply') this.#acknowledge(await step.save(revision, step.diff));
      else if (step.kind === 'ask') await this.#takeIn(step, await step.ask(revision));
      else await this.#stepInLibrary(step.kind, step.diff, revision);
    } catch (thrown) {
      const error = toEspalierError(thrown);
      if (error.code === 'LABELS_OUTDATED') await this.#rebase(null);
      else if (REFUSALS.has(error.code)) {
        await this.#rebase(step);
        this.refused.emit(error);
      } else throw error;
    }
  }

  async #stepInLibrary(kind: 'undo' | 'redo', shown: LabelDiff | null, revision: number): Promise<void> {
    const { diff, ...state } = await this.store[kind]({ imageId: this.imageId, revision });
    if (!shown) {
      this.document.apply(diff);
      if (kind === 'undo') this.#history.undone(diff);
      else this.#history.redone(diff);
    }
    this.#acknowledge(state);
  }

  async #takeIn(step: Step, { diff, ...state }: Awaited<ReturnType<Ask>>): Promise<void> {
    if (diff.length > 0 && (this.document.gesture || this.#queue.steps.length > 1)) return this.#rebase(step);
    if (diff.length > 0) {
      this.document.apply(diff);
      this.#history.clear();
    }
    this.#acknowledge(state);
  }

  #acknowledge(state: LabelState): void {
    this.#state = state;
    if (this.#queue.steps.length > 1) return;
    this.#undo = state.undo;
    this.#redo = state.redo;
  }

  /**
   * The library's labels are not those this session built upon: they changed elsewhere, or an answer got lost when the library
   * was restarted. Reads them again and repeats on them what was not acknowledged, except `dropped`. What had been saved already
   * repeats to nothing.
   */
  async #rebase(dropped: Step | null): Promise<void> {
    const { rle, width, height, ...state } = await this.store.read(this.imageId);
    if (width !== this.document.width || height !== this.document.height) {
      this.#queue.clear();
      this.refused.emit(new EspalierError('LABELS_INVALID', { reason: 'the image changed its size' }));
      return;
    }
    const data = decodeRle(rle, width * height);
    while (this.document.gesture) await this.#gestureEnd();
    const pending = this.#queue.clear();
    this.document.replace(data);
    this.#history.clear();
    this.#state = state;
    this.#undo = state.undo;
    this.#redo = state.redo;
    for (const step of pending) {
      if (step === dropped) continue;
      if (step.kind === 'ask') this.#pushAsk(step.ask);
      if (step.kind === 'ask' || !step.diff) continue;
      const gesture = this.document.begin(ANY, (diff) => {
        if (diff && diff.length > 0) this.#push(diff, step.kind === 'apply' ? step.save : this.#saveAs(step.kind));
      });
      for (const run of runsOf(step.diff)) gesture.fill(run.start, run.length, run.after);
      gesture.commit();
    }
    this.changed.emit();
  }
}
