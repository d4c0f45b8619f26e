import { EspalierError } from '@shared/errors';
import { applyDiff, emptyLabelMap, encodeRle, IGNORE, invertDiff, type LabelDiff, type LabelMap } from '@shared/mask';
import type { LabelState } from '@shared/protocol';
import type { LabelBackend } from '../label-backend';

/** A library in memory, as strict as the real one about revisions and diffs. */
export class MemoryBackend implements LabelBackend {
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
