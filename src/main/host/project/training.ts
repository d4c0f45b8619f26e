import { existsSync } from 'node:fs';
import { EspalierError, messageOf, toEspalierError } from '@shared/errors';
import type { ParamsOf, StopHow, TrainProgress } from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import { missingWeights } from '@shared/weights';
import { weightsFile } from '../weights/cache';
import { ActiveRun, type PreparedRun } from './active-run';
import { recording, type RunParties } from './recording';
import { RunEndings } from './run-endings';
import { trainingFailure } from './run-failure';
import { predictRun } from './run-prediction';

export interface TrainingOutcome {
  readonly runId: string;
  readonly status: 'finished' | 'stopped' | 'paused' | 'interrupted';
  readonly seconds: number;
  /** Why the prediction ended before its last image; the training has ended as `status` says all the same. */
  readonly predictionFailure: EspalierError | null;
}

export interface TrainingOptions {
  /** Image ids to learn from without labels; null: all images that have none. */
  readonly unlabelled?: readonly number[] | null;
  /** Predict every image of the project when training has ended, for review; asked once it has finished. */
  readonly predict?: boolean | ((runId: string) => Promise<boolean>);
  /** The image to predict first, if any, asked then. */
  readonly first?: () => number | null;
  /** See `runs.create`. */
  readonly chain?: ParamsOf<'runs.create'>['chain'];
}

/** A run under way; `outcome` settles when it has ended. */
export interface StartedRun<T = TrainingOutcome> {
  readonly runId: string;
  readonly outcome: Promise<T>;
}

/** How long the end of a window waits for the checkpoint of a run. */
const INTERRUPT_MS = 20_000;

/**
 * One run at a time: the library freezes the inputs, the engine trains and predicts, the library records what it tells. How the training
 * ended and how the prediction ended are two things: a finished run stays finished whatever becomes of its predictions.
 */
export class Training {
  #active: ActiveRun | null = null;
  #starting = false;
  #closed = false;
  readonly #endings: RunEndings;

  constructor(private readonly parties: RunParties) {
    this.#endings = new RunEndings(parties.library);
  }

  get status(): { runId: string; progress: TrainProgress } | null {
    return this.#active && { runId: this.#active.runId, progress: this.#active.progress.now };
  }

  /**
   * Starts a run; `outcome` settles when it has trained and predicted.
   * @throws EspalierError TRAIN_BUSY, WEIGHTS_MISSING or WEIGHTS_NOT_SET_UP, and whatever `runs.create` refuses
   */
  start(settings: TrainSettings, { unlabelled = null, chain, ...options }: TrainingOptions = {}): Promise<StartedRun> {
    return this.#begin(
      async () => {
        if (!existsSync(weightsFile(settings.backbone))) throw missingWeights(settings.backbone);
        const created = await this.parties.library.call('runs.create', { settings, unlabelled: unlabelled && [...unlabelled], chain });
        return { ...created, settings, seconds: 0 };
      },
      (active, { pixels }) => this.#run(active, options, pixels),
    );
  }

  /**
   * Goes on with a run that has ended before its last epoch, from its last checkpoint.
   * @throws EspalierError TRAIN_BUSY and whatever `runs.resume` refuses
   */
  resume(runId: string, options: Pick<TrainingOptions, 'predict'> = {}): Promise<StartedRun> {
    return this.#begin(
      async () => ({ runId, ...(await this.parties.library.call('runs.resume', { runId })) }),
      (active, { pixels }) => this.#run(active, options, pixels),
    );
  }

  /**
   * Predicts the images that a run has not predicted, with Best masks or without; `outcome` rejects when that fails, and the run itself stays as it is.
   * @throws EspalierError TRAIN_BUSY, RUN_UNKNOWN, RUN_FOREIGN, RUN_NO_CHECKPOINT
   */
  predict(runId: string, { best = false } = {}): Promise<StartedRun<null>> {
    return this.#begin(
      async () => {
        const run = await this.parties.library.call('runs.get', { runId });
        if (!run.settings) throw new EspalierError('RUN_FOREIGN', { run: runId });
        if (!run.predictable) throw new EspalierError('RUN_NO_CHECKPOINT', { run: runId });
        const folder = await this.parties.library.call('runs.folder', { runId });
        return { runId, folder, settings: run.settings, pixels: 0, seconds: run.seconds };
      },
      async (active) => {
        const failure = await this.#predict(active, best);
        if (failure) throw failure;
        return null;
      },
    );
  }

  async #begin<T>(
    prepare: () => Promise<PreparedRun>,
    work: (active: ActiveRun, prepared: PreparedRun) => Promise<T>,
  ): Promise<StartedRun<T>> {
    if (this.#active || this.#starting) throw new EspalierError('TRAIN_BUSY');
    this.#starting = true;
    try {
      await this.#endings.payOwed();
      const prepared = await prepare();
      const active = new ActiveRun(prepared);
      const { runId } = active;
      this.#active = active;
      // How many threads it computes with is decided when it starts, so that a run needs one of its own.
      this.parties.engine.kill();
      this.parties.listener.changed(runId, active.progress.now, null);
      if (this.#closed) active.stop('interrupt');
      const outcome = this.#finally(active, work(active, prepared));
      active.ended = outcome.catch(() => undefined);
      return { runId, outcome };
    } finally {
      this.#starting = false;
    }
  }

  /**
   * Ends what the run does now; its last checkpoint is kept. A prediction simply ends.
   * @param how see `StopHow`
   */
  stop(how: StopHow): void {
    this.#active?.stop(how);
  }

  /** Ends what is going on because the window or the command ends, and nothing can begin any more: a training is interrupted. */
  async close(): Promise<void> {
    this.#closed = true;
    const active = this.#active;
    if (!active) return;
    active.stop('interrupt');
    const limit = setTimeout(() => this.parties.engine.kill(), INTERRUPT_MS);
    await active.ended;
    clearTimeout(limit);
  }

  /** While a run goes on: a gesture begins in the window, or has ended. */
  stepAside(active: boolean): void {
    if (this.#active) this.parties.engine.stepAside(active);
  }

  /** Tells that a run has ended, and why if it failed; passes on what became of it. */
  async #finally<T>(active: ActiveRun, work: Promise<T>): Promise<T> {
    let reason: string | null = null;
    try {
      const outcome = await work;
      reason = isOutcome(outcome) ? (outcome.predictionFailure?.message ?? null) : null;
      return outcome;
    } catch (thrown) {
      reason = toEspalierError(thrown).message;
      throw thrown;
    } finally {
      this.#active = null;
      // The engine holds the run's graph and up to 2 GB; the next run starts a fresh one.
      this.parties.engine.kill();
      this.parties.listener.changed(active.runId, null, reason);
    }
  }

  async #run(
    active: ActiveRun,
    { predict = true, first }: Pick<TrainingOptions, 'predict' | 'first'>,
    pixels: number,
  ): Promise<TrainingOutcome> {
    const { runId } = active;
    if (predict !== false) active.progress.afterwards = pixels;
    let trained: { status: 'finished' | 'stopped'; seconds: number };
    try {
      trained = await this.#train(active);
    } catch (thrown) {
      const failure = trainingFailure(thrown);
      if (active.stopped === 'interrupt') return await this.#interrupted(active);
      await this.#endings.finish({ runId, status: 'failed', reason: failure.message, seconds: active.seconds }).catch(() => undefined);
      throw failure;
    }
    const { seconds } = trained;
    active.seconds = seconds;
    if (trained.status === 'stopped' && active.stopped === 'interrupt') return await this.#interrupted(active);
    const status = trained.status === 'stopped' && active.stopped === 'pause' ? 'paused' : trained.status;
    await this.#endings.finish({ runId, status, reason: null, seconds });
    const wanted = typeof predict === 'function' && status === 'finished' ? await predict(runId) : predict !== false;
    const goesOn = active.stopped === null ? wanted : active.stopped === 'predict';
    return { runId, status, seconds, predictionFailure: goesOn ? await this.#predict(active, false, first?.()) : null };
  }

  async #interrupted({ runId, seconds }: ActiveRun): Promise<TrainingOutcome> {
    await this.#endings.finish({ runId, status: 'interrupted', reason: messageOf('RUN_INTERRUPTED'), seconds });
    return { runId, status: 'interrupted', seconds, predictionFailure: null };
  }

  #train(active: ActiveRun): Promise<{ status: 'finished' | 'stopped'; seconds: number }> {
    const { folder, signal, progress } = active;
    return recording(this.parties, active, (hear) =>
      this.parties.engine.call(
        'engine.train',
        { folder },
        {
          signal,
          onProgress: ({ news, work, left, viewScale, ...activity }) => {
            active.seconds += work?.seconds ?? 0;
            return hear(activity, { news, work, left: progress.withPrediction(left, viewScale) });
          },
        },
      ),
    );
  }

  /** @returns why it ended early, if it failed */
  async #predict(active: ActiveRun, best: boolean, first: number | null = null): Promise<EspalierError | null> {
    active.goOn();
    return this.#closed ? null : predictRun(this.parties, active, best, first);
  }
}

function isOutcome(outcome: unknown): outcome is TrainingOutcome {
  return typeof outcome === 'object' && outcome !== null && 'predictionFailure' in outcome;
}
