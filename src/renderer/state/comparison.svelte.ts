import { isMeasured, type ImageQuery, type RunRecord } from '@shared/domain';
import type { ResultOf } from '@shared/protocol';
import { Cancellable } from './cancellable.svelte';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';
import type { Review } from './review.svelte';
import type { Runs } from './runs.svelte';

/** What two runs come to, the newer against the older. */
export interface Compared {
  readonly run: RunRecord;
  readonly other: RunRecord;
  readonly found: ResultOf<'comparisons.read'>;
}

/** Runs against each other and against labels: what is measured of them, and the lists of images that go by it. */
export class Comparison {
  /** Whether Train shows all runs, rather than one. */
  shown = $state(false);
  /** Runs chosen to be compared, at most two, by their ids. */
  chosen = $state.raw<readonly string[]>([]);
  compared = $state.raw<Compared | null>(null);
  readonly #work: Cancellable;

  constructor(
    private readonly calls: ProjectCalls,
    private readonly runs: Runs,
    private readonly images: Images,
    private readonly review: Review,
    private readonly notices: Notices,
    /** Goes to Review. */
    private readonly enterReview: () => void,
  ) {
    this.#work = new Cancellable(notices);
  }

  /** How far the measuring is, while it goes on. */
  get now(): Cancellable['now'] {
    return this.#work.now;
  }

  /** Chooses a run, or not any more; of three the one chosen first is let go. */
  toggle(runId: string): void {
    const others = this.chosen.filter((id) => id !== runId);
    this.chosen = others.length < this.chosen.length ? others : [...others.slice(-1), runId];
    this.compared = null;
    this.cancel();
    if (this.chosen.length === 2) void this.#compare();
  }

  /** Shows the images of a list of Review that goes by what is measured of a run. @returns false when that was cancelled, or failed */
  async showImages(runId: string, query: Partial<ImageQuery>): Promise<boolean> {
    if (!(await this.measure(runId, query.against ?? null))) return false;
    this.enterReview();
    await this.review.choose(runId);
    const { reviewing } = this.images;
    await reviewing.choose({ search: '', cell: undefined, over: undefined, ...query });
    await this.images.show('reviewing');
    if (reviewing.total > 0) await this.images.select(0);
    return true;
  }

  /** Measures what a list or a comparison goes by, where that is not done yet. @returns false when it was cancelled, or failed */
  async measure(runId: string, other: string | null): Promise<boolean> {
    const measured = await this.#work.run(async (signal, onProgress) => {
      const { leftOut } = await this.calls.call('comparisons.measure', { runId, other }, { signal, onProgress });
      if (leftOut > 0) {
        this.notices.info(
          `${leftOut === 1 ? 'The prediction of 1 image' : `Predictions of ${leftOut} images`} could not be read; press Predict in Train to make ${leftOut === 1 ? 'it' : 'them'} anew.`,
        );
      }
      return true;
    });
    return measured !== null;
  }

  /** Measures what a query goes by, if anything. @returns the query as it can be asked, null when that was cancelled */
  async prepare(query: ImageQuery): Promise<ImageQuery | null> {
    if (!isMeasured(query.filter) && !isMeasured(query.sort)) return query;
    const runId = this.review.run?.id ?? null;
    if (runId === null) return null;
    const byChange = query.filter === 'changed' || query.sort === 'change';
    const against = byChange ? (query.against ?? this.others(runId)[0]?.id) : undefined;
    if (byChange && against === undefined) {
      this.notices.info('There is no other run with predictions to compare with: train again, and look what has changed.');
      return null;
    }
    return (await this.measure(runId, against ?? null)) ? { ...query, ...(against !== undefined && { against }) } : null;
  }

  /** Runs that a run can be compared with, the newest first. */
  others(runId: string): RunRecord[] {
    return this.runs.list.filter(({ id, predictedImages }) => id !== runId && predictedImages > 0);
  }

  cancel(): void {
    this.#work.clear();
  }

  /** Removes a run for good. */
  async remove(runId: string): Promise<void> {
    this.chosen = this.chosen.filter((id) => id !== runId);
    this.compared = null;
    await this.calls.call('runs.remove', { runId });
    await this.runs.refresh();
  }

  async comment(runId: string, comment: string): Promise<void> {
    await this.calls.call('runs.comment', { runId, comment });
    await this.runs.refresh();
  }

  async spaceOf(runId: string): Promise<number> {
    return (await this.calls.call('runs.space', { runId })).bytes;
  }

  /** The project is left. */
  clear(): void {
    this.cancel();
    this.shown = false;
    this.chosen = [];
    this.compared = null;
  }

  async #compare(): Promise<void> {
    const pair = this.chosen;
    const [run, other] = this.runs.list.filter(({ id }) => pair.includes(id));
    if (!run || !other || !(await this.measure(run.id, other.id))) return;
    await this.notices.attempt(async () => {
      const found = await this.calls.call('comparisons.read', { runId: run.id, other: other.id });
      if (this.chosen === pair) this.compared = { run, other, found };
    });
  }
}
