import type { EpochReport, RunRecord } from '@shared/domain';
import type { PayloadOf, ResultOf, StopHow, TrainProgress } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { TrainSettings } from '@shared/settings';
import type { ProjectCalls } from './project-calls';

type Active = NonNullable<ResultOf<'training.status'>>;

/** The runs of the project, newest first, and the one going on. */
export class Runs {
  list = $state.raw<readonly RunRecord[]>([]);
  active = $state.raw<Active | null>(null);
  /** Between the click and the first progress. */
  starting = $state(false);
  /** The user is being asked how to stop. */
  asking = $state(false);
  /** Between the choice and the end: the checkpoint is being kept. */
  stopping = $state<StopHow | null>(null);
  /** The run whose curves are shown; null: the newest. */
  chosenId = $state<string | null>(null);
  readonly chosen = $derived(this.list.find((run) => run.id === this.chosenId) ?? this.list[0] ?? null);
  readonly activeRun = $derived(this.list.find((run) => run.id === this.active?.runId) ?? null);
  /** The newest run that has ended and predicted images. */
  readonly reviewable = $derived(this.list.find((run) => run.predictedImages > 0 && run.id !== this.active?.runId) ?? null);
  /** A round of keep learning that has begun to predict images, the one that is labelled first. */
  readonly predictingRound = $derived(
    this.activeRun && this.activeRun.chain !== null && this.activeRun.predictedImages > 0 ? this.activeRun : null,
  );
  /** The newest run, where it ended before its last epoch by its user's will or with the window, and has predicted nothing. */
  readonly toResume = $derived.by(() => {
    const [newest] = this.list;
    return newest?.resumable && newest.status !== 'failed' && newest.predictedImages === 0 ? newest : null;
  });
  readonly busy = $derived(this.starting || this.active !== null);

  /** A gesture began while a run went on. */
  #aside = false;

  constructor(
    private readonly peer: Peer,
    private readonly calls: ProjectCalls,
  ) {}

  async load(): Promise<void> {
    this.chosenId = null;
    await this.refresh();
    this.active = await this.peer.call('training.status', null);
  }

  async refresh(): Promise<void> {
    const list = await this.calls.call('runs.list', null);
    this.list = [...list].sort((a, b) => b.number - a.number);
  }

  clear(): void {
    this.list = [];
    this.active = null;
    this.chosenId = null;
    this.asking = false;
    this.stopping = null;
  }

  /** Follows marks of images: so many more, or fewer, are reviewed of a run. */
  countReviewed(runId: string, by: number): void {
    this.list = this.list.map((run) => (run.id === runId ? { ...run, reviewedImages: run.reviewedImages + by } : run));
  }

  async start(settings: TrainSettings): Promise<void> {
    await this.#begin(async () => (await this.peer.call('training.start', { settings })).runId);
  }

  /** Goes on with a run that ended before its last epoch. */
  async resume(runId: string): Promise<void> {
    await this.#begin(async () => {
      await this.peer.call('training.resume', { runId });
      return runId;
    });
  }

  async #begin(call: () => Promise<string>): Promise<void> {
    this.starting = true;
    try {
      this.chosenId = await call();
      await this.refresh();
      this.active ??= await this.peer.call('training.status', null);
    } finally {
      this.starting = false;
    }
  }

  /** Predicts what a run has not predicted with Best masks, or without. */
  async predict(runId: string, best: boolean): Promise<void> {
    await this.#begin(async () => {
      await this.peer.call('training.predict', { runId, best });
      return runId;
    });
  }

  /** Asks how to stop a training; a prediction is simply ended. */
  async askStop(): Promise<void> {
    if (this.active?.progress.phase === 'predicting') await this.stop('stop');
    else this.asking = this.active !== null;
  }

  async stop(how: StopHow): Promise<void> {
    this.asking = false;
    this.stopping = how;
    try {
      await this.peer.call('training.stop', { how });
    } catch (thrown) {
      this.stopping = null;
      throw thrown;
    }
  }

  /** A gesture begins on the canvas, or has ended: a run that goes on may have to wait meanwhile. */
  stepAside(active: boolean): void {
    if (active ? this.active === null : !this.#aside) return;
    this.#aside = active;
    // Without an answer there is no main any more, and no run.
    this.peer.call('training.stepAside', { active }).catch(() => undefined);
  }

  /** Follows an event of the run. */
  async changed({ runId, progress }: PayloadOf<'training.changed'>): Promise<void> {
    this.active = progress && { runId, progress };
    const predicting = progress?.phase === 'predicting';
    if (!progress || predicting) this.asking = false;
    if (!progress || (predicting && this.stopping === 'predict')) this.stopping = null;
    if (progress?.report) this.#reported(runId, progress.report);
    if (!progress || !this.list.some((run) => run.id === runId)) await this.refresh();
  }

  #reported(runId: string, report: EpochReport): void {
    this.list = this.list.map((run) =>
      run.id === runId ? { ...run, epochs: [...run.epochs.filter(({ epoch }) => epoch !== report.epoch), report] } : run,
    );
  }
}

const PHASES: Readonly<Record<TrainProgress['phase'], string>> = {
  features: 'computing features',
  judging: 'asking held-out labels',
  preparing: 'preparing',
  warmup: 'warm-up',
  training: 'training',
  tuning: 'training the whole network while it helps, for the time left at most',
  calibrating: 'measuring the pruning ratio',
  evaluating: 'measuring on held-out images',
  predicting: 'predicting all images',
};

/** What a run does now, in words. */
export function phaseText({ phase, epoch, epochs }: TrainProgress): string {
  const counts = phase === 'warmup' || phase === 'training';
  return counts ? `epoch ${Math.min(epoch, epochs)}/${epochs}${phase === 'warmup' ? ' (warm-up)' : ''}` : PHASES[phase];
}
