import { existsSync } from 'node:fs';
import { EspalierError, toEspalierError } from '@shared/errors';
import type { TrainProgress } from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import { missingWeights } from '@shared/weights';
import { weightsFile } from '../weights/cache';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';

export interface TrainingListener {
  /** `progress` is null when the run has ended; `reason` then tells why it failed, if it did. */
  changed(runId: string, progress: TrainProgress | null, reason: string | null): void;
  /** The run has predicted some more images. */
  predicted(runId: string): void;
}

export interface TrainingOutcome {
  readonly runId: string;
  readonly status: 'finished' | 'stopped';
  readonly seconds: number;
}

export interface TrainingOptions {
  /** Image ids to learn from without labels; null: all images that have none. */
  readonly unlabelled?: readonly number[] | null;
  /** Predict every image of the project when training has ended, for review. */
  readonly predict?: boolean;
}

/** A run under way; `outcome` settles when it has ended. */
export interface StartedRun {
  readonly runId: string;
  readonly outcome: Promise<TrainingOutcome>;
}

interface ActiveRun {
  readonly runId: string;
  readonly folder: string;
  progress: TrainProgress;
  /** Aborts what the run is doing now: first training, then prediction. */
  controller: AbortController;
}

const PREDICTED_NOTICE_MS = 1000;

/**
 * One run at a time: the library freezes the inputs, the engine trains and predicts, the library records what it reports.
 * An engine that dies makes the run a failed one with its reason; nothing else is lost.
 */
export class Training {
  #active: ActiveRun | null = null;
  #starting = false;

  constructor(
    private readonly library: LibraryHost,
    private readonly engine: EngineHost,
    private readonly listener: TrainingListener,
  ) {}

  get status(): { runId: string; progress: TrainProgress } | null {
    return this.#active && { runId: this.#active.runId, progress: this.#active.progress };
  }

  /**
   * Starts a run; `outcome` settles when it has trained and predicted.
   * @throws EspalierError TRAIN_BUSY, WEIGHTS_MISSING or WEIGHTS_NOT_SET_UP, and whatever `runs.create` refuses
   */
  start(settings: TrainSettings, options: TrainingOptions = {}): Promise<StartedRun> {
    return this.#begin(options, async () => {
      if (!existsSync(weightsFile(settings.backbone))) throw missingWeights(settings.backbone);
      const unlabelled = options.unlabelled ? [...options.unlabelled] : null;
      return { ...(await this.library.call('runs.create', { settings, unlabelled })), settings };
    });
  }

  /**
   * Goes on with a run that was stopped or has failed, from its last checkpoint.
   * @throws EspalierError TRAIN_BUSY and whatever `runs.resume` refuses
   */
  resume(runId: string, options: Pick<TrainingOptions, 'predict'> = {}): Promise<StartedRun> {
    return this.#begin(options, async () => ({ runId, ...(await this.library.call('runs.resume', { runId })) }));
  }

  async #begin(
    { predict = true }: TrainingOptions,
    prepare: () => Promise<{ runId: string; folder: string; settings: TrainSettings }>,
  ): Promise<StartedRun> {
    if (this.#active || this.#starting) throw new EspalierError('TRAIN_BUSY');
    this.#starting = true;
    try {
      const { runId, folder, settings } = await prepare();
      const active: ActiveRun = { runId, folder, progress: beginning(settings), controller: new AbortController() };
      this.#active = active;
      this.listener.changed(runId, active.progress, null);
      return { runId, outcome: this.#run(active, predict) };
    } finally {
      this.#starting = false;
    }
  }

  /** Stops what the run is doing now; the last checkpoint is kept. */
  stop(): void {
    this.#active?.controller.abort();
  }

  /** While a run goes on: a gesture begins in the window, or has ended. */
  stepAside(active: boolean): void {
    if (this.#active) this.engine.stepAside(active);
  }

  async #run(active: ActiveRun, predict: boolean): Promise<TrainingOutcome> {
    const { runId } = active;
    const started = Date.now();
    let reason: string | null = null;
    try {
      const { status, seconds } = await this.#train(active);
      await this.library.callAgain('runs.finish', { runId, status, reason: null, seconds });
      if (predict) await this.#predict(active);
      return { runId, status, seconds };
    } catch (thrown) {
      const failure = failureOf(thrown);
      reason = failure.message;
      await this.library.callAgain('runs.finish', { runId, status: 'failed', reason, seconds: (Date.now() - started) / 1000 });
      throw failure;
    } finally {
      this.#active = null;
      // The engine holds the run's graph and up to 2 GB; the next run starts a fresh one.
      this.engine.kill();
      this.listener.changed(runId, null, reason);
    }
  }

  async #train(active: ActiveRun): Promise<{ status: 'finished' | 'stopped'; seconds: number }> {
    const { runId, folder, controller } = active;
    const records: Promise<null>[] = [];
    try {
      return await this.engine.call(
        'engine.train',
        { folder },
        {
          signal: controller.signal,
          onProgress: (progress) => {
            if (progress.report) records.push(this.library.callAgain('runs.record', { runId, report: progress.report }));
            this.#report(active, progress);
          },
        },
      );
    } finally {
      await Promise.all(records);
    }
  }

  async #predict(active: ActiveRun): Promise<void> {
    const { runId, folder } = active;
    active.controller = new AbortController();
    const { images } = await this.library.call('runs.folder', { runId });
    const records: Promise<null>[] = [];
    let noticed = 0;
    try {
      await this.engine.call(
        'engine.predict',
        { folder, images },
        {
          signal: active.controller.signal,
          onProgress: ({ done, total, secondsLeft, imageId, shares, beta }) => {
            records.push(this.library.callAgain('predictions.record', { runId, imageId, shares, beta }));
            this.#report(active, { ...active.progress, phase: 'predicting', step: done, steps: total, secondsLeft, report: null });
            if (Date.now() - noticed > PREDICTED_NOTICE_MS) {
              noticed = Date.now();
              this.listener.predicted(runId);
            }
          },
        },
      );
    } catch (error) {
      // Stopping the prediction leaves the images predicted so far; the run itself has finished.
      if (toEspalierError(error).code !== 'CANCELLED') throw error;
    } finally {
      await Promise.all(records);
      this.listener.predicted(runId);
    }
  }

  #report(active: ActiveRun, progress: TrainProgress): void {
    active.progress = progress;
    this.listener.changed(active.runId, progress, null);
  }
}

function beginning(settings: TrainSettings): TrainProgress {
  return { phase: 'preparing', epoch: 0, epochs: settings.epochs, step: 0, steps: 0, loss: null, secondsLeft: null, report: null };
}

/** An engine that ended in the middle of a run is the run's failure, told in the run's own words. */
function failureOf(thrown: unknown): EspalierError {
  const error = toEspalierError(thrown);
  if (error.code !== 'CHILD_EXITED' || error.params.child !== 'engine') return error;
  return new EspalierError('RUN_STOPPED_EARLY', { reason: String(error.params.reason) }, { cause: error });
}
