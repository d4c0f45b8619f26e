import { existsSync } from 'node:fs';
import { EspalierError, messageOf, toEspalierError } from '@shared/errors';
import type { ParamsOf, ResultOf, RunActivity, StopHow, TrainProgress } from '@shared/protocol';
import { OPENING, predictionWork, type RunNews, type Telling, type WorkLeft } from '@shared/run-news';
import type { TrainSettings } from '@shared/settings';
import { missingWeights } from '@shared/weights';
import { weightsFile } from '../weights/cache';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';
import { RemainingTime } from './remaining-time';
import { RunRecorder } from './run-recorder';

/** What of the project a run has changed. */
export type RunChange = 'runs' | 'images' | 'predictions';

export interface TrainingListener {
  /** `progress` is null when the run has ended; `reason` then tells why it or its prediction failed, if they did. */
  changed(runId: string, progress: TrainProgress | null, reason: string | null): void;
  /** What the run told is on disk. */
  recorded(what: RunChange): void;
}

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
  /** Predict every image of the project when training has ended, for review. */
  readonly predict?: boolean;
}

/** A run under way; `outcome` settles when it has ended. */
export interface StartedRun<T = TrainingOutcome> {
  readonly runId: string;
  readonly outcome: Promise<T>;
}

interface ActiveRun {
  readonly runId: string;
  readonly folder: string;
  progress: TrainProgress;
  /** Aborts what the run is doing now: first training, then prediction. */
  controller: AbortController;
  /** How the user, or the end of the window, has stopped it. */
  stopped: StopHow | 'interrupt' | null;
  /** Seconds that its training has taken so far. */
  seconds: number;
  readonly time: RemainingTime;
  /** When the engine was asked to do what it is doing now, until it has begun to. */
  asked: number | null;
  /** Pixels that are predicted after what the engine is doing now. */
  afterwards: number;
  /** Settles when it has ended, however that was. */
  ended: Promise<unknown>;
}

/** A run to go on with, as the library tells it. */
interface Prepared {
  readonly runId: string;
  readonly folder: string;
  readonly settings: TrainSettings;
  /** Pixels that are to be predicted in the end. */
  readonly pixels: number;
  readonly seconds: number;
}

const NOTICE_MS = 1000;
/** Images asked for at a time. */
const PAGE = 2000;
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
  /** How a run ended, where the library could not record it: to be recorded before anything else begins. */
  #owed: { readonly folder: string | null; readonly finish: ParamsOf<'runs.finish'> } | null = null;

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
  start(settings: TrainSettings, { unlabelled = null, predict = true }: TrainingOptions = {}): Promise<StartedRun> {
    return this.#begin(
      async () => {
        if (!existsSync(weightsFile(settings.backbone))) throw missingWeights(settings.backbone);
        const created = await this.library.call('runs.create', { settings, unlabelled: unlabelled && [...unlabelled] });
        return { ...created, settings, seconds: 0 };
      },
      (active, { pixels }) => this.#run(active, predict, pixels),
    );
  }

  /**
   * Goes on with a run that has ended before its last epoch, from its last checkpoint.
   * @throws EspalierError TRAIN_BUSY and whatever `runs.resume` refuses
   */
  resume(runId: string, { predict = true }: Pick<TrainingOptions, 'predict'> = {}): Promise<StartedRun> {
    return this.#begin(
      async () => ({ runId, ...(await this.library.call('runs.resume', { runId })) }),
      (active, { pixels }) => this.#run(active, predict, pixels),
    );
  }

  /**
   * Predicts the images that a run has not predicted, with Best masks or without; `outcome` rejects when that fails, and the run itself stays as it is.
   * @throws EspalierError TRAIN_BUSY, RUN_UNKNOWN, RUN_FOREIGN, RUN_NO_CHECKPOINT
   */
  predict(runId: string, { best = false } = {}): Promise<StartedRun<null>> {
    return this.#begin(
      async () => {
        const run = await this.library.call('runs.get', { runId });
        if (!run.settings) throw new EspalierError('RUN_FOREIGN', { run: runId });
        if (!run.predictable) throw new EspalierError('RUN_NO_CHECKPOINT', { run: runId });
        const folder = await this.library.call('runs.folder', { runId });
        return { runId, folder, settings: run.settings, pixels: 0, seconds: run.seconds };
      },
      async (active) => {
        const failure = await this.#predict(active, best);
        if (failure) throw failure;
        return null;
      },
    );
  }

  async #begin<T>(prepare: () => Promise<Prepared>, work: (active: ActiveRun, prepared: Prepared) => Promise<T>): Promise<StartedRun<T>> {
    if (this.#active || this.#starting) throw new EspalierError('TRAIN_BUSY');
    this.#starting = true;
    try {
      await this.#payOwed();
      const prepared = await prepare();
      const { runId, folder, settings, seconds } = prepared;
      const active: ActiveRun = {
        runId,
        folder,
        progress: beginning(settings),
        controller: new AbortController(),
        stopped: null,
        seconds,
        time: new RemainingTime(),
        asked: null,
        afterwards: 0,
        ended: Promise.resolve(),
      };
      this.#active = active;
      // How many threads it computes with is decided when it starts, so that a run needs one of its own.
      this.engine.kill();
      this.listener.changed(runId, active.progress, null);
      if (this.#closed) this.#stop('interrupt');
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
    this.#stop(how);
  }

  /** Ends what is going on because the window or the command ends, and nothing can begin any more: a training is interrupted. */
  async close(): Promise<void> {
    this.#closed = true;
    const active = this.#active;
    if (!active) return;
    this.#stop('interrupt');
    const limit = setTimeout(() => this.engine.kill(), INTERRUPT_MS);
    await active.ended;
    clearTimeout(limit);
  }

  /** While a run goes on: a gesture begins in the window, or has ended. */
  stepAside(active: boolean): void {
    if (this.#active) this.engine.stepAside(active);
  }

  #stop(how: StopHow | 'interrupt'): void {
    const active = this.#active;
    if (!active) return;
    active.stopped = how;
    active.time.replan();
    active.controller.abort();
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
      this.engine.kill();
      this.listener.changed(active.runId, null, reason);
    }
  }

  async #run(active: ActiveRun, predict: boolean, pixels: number): Promise<TrainingOutcome> {
    const { runId } = active;
    if (predict) active.afterwards = pixels;
    let trained: { status: 'finished' | 'stopped'; seconds: number };
    try {
      trained = await this.#train(active);
    } catch (thrown) {
      const failure = trainingFailure(thrown);
      if (active.stopped === 'interrupt') return await this.#interrupted(active);
      await this.#finish({ runId, status: 'failed', reason: failure.message, seconds: active.seconds }).catch(() => undefined);
      throw failure;
    }
    const { seconds } = trained;
    active.seconds = seconds;
    if (trained.status === 'stopped' && active.stopped === 'interrupt') return await this.#interrupted(active);
    const status = trained.status === 'stopped' && active.stopped === 'pause' ? 'paused' : trained.status;
    await this.#finish({ runId, status, reason: null, seconds });
    const goesOn = active.stopped === null ? predict : active.stopped === 'predict';
    return { runId, status, seconds, predictionFailure: goesOn ? await this.#predict(active, false) : null };
  }

  async #interrupted({ runId, seconds }: ActiveRun): Promise<TrainingOutcome> {
    await this.#finish({ runId, status: 'interrupted', reason: messageOf('RUN_INTERRUPTED'), seconds });
    return { runId, status: 'interrupted', seconds, predictionFailure: null };
  }

  async #train(active: ActiveRun): Promise<{ status: 'finished' | 'stopped'; seconds: number }> {
    const { folder, controller } = active;
    return this.#recording(active, (hear) => {
      active.asked = performance.now();
      return this.engine.call(
        'engine.train',
        { folder },
        {
          signal: controller.signal,
          onProgress: ({ news, work, left, viewScale, ...activity }) => {
            active.seconds += work?.seconds ?? 0;
            return hear(activity, { news, work, left: summed(left, afterwards(active.afterwards, viewScale)) });
          },
        },
      );
    });
  }

  /** Predicts what the run has not predicted, and records how that ended. @returns why it ended early, if it failed */
  async #predict(active: ActiveRun, best: boolean): Promise<EspalierError | null> {
    const { runId, folder } = active;
    // A prediction that is begun by stopping the training can be stopped itself.
    active.stopped = null;
    active.controller = new AbortController();
    active.afterwards = 0;
    if (this.#closed) return null;
    let failure: EspalierError | null = null;
    try {
      const images = await this.#unpredicted(runId, best);
      await this.#recording(active, async (hear) => {
        active.asked = performance.now();
        const activity: RunActivity = { ...active.progress, phase: 'predicting', step: 0, steps: images.length, loss: null };
        this.#tell(active, activity, { news: [], work: null, left: {} });
        if (images.length === 0) return;
        await this.engine.call(
          'engine.predict',
          { folder, images, best },
          {
            signal: active.controller.signal,
            onProgress: ({ done, total, news, work, left }) => hear({ ...activity, step: done, steps: total }, { news, work, left }),
          },
        );
      });
    } catch (thrown) {
      // Stopping it leaves the images predicted so far.
      if (toEspalierError(thrown).code !== 'CANCELLED') failure = predictionFailure(thrown);
    }
    const problem = failure?.message ?? null;
    await this.library.callAgain('runs.predicted', { runId, problem }).catch((thrown: unknown) => (failure ??= predictionFailure(thrown)));
    return failure;
  }

  async #unpredicted(runId: string, best: boolean): Promise<ResultOf<'runs.unpredicted'>> {
    const images: ResultOf<'runs.unpredicted'> = [];
    for (;;) {
      const page = await this.library.call('runs.unpredicted', { runId, best, after: images.at(-1)?.id ?? 0, limit: PAGE });
      images.push(...page);
      if (page.length < PAGE) return images;
    }
  }

  /** Does work that tells of itself, and records what it tells. @throws what cannot be recorded, which ends the work; else what it throws */
  async #recording<T>(active: ActiveRun, work: (hear: Hear) => Promise<T>): Promise<T> {
    const { runId, controller } = active;
    const notices = new Notices((what) => this.listener.recorded(what));
    const recorder = new RunRecorder(
      async (news) => {
        await this.library.callAgain('runs.record', { runId, news });
        for (const { kind } of news) notices.add(CHANGES[kind]);
      },
      () => controller.abort(),
    );
    const hear: Hear = (activity, telling) => {
      this.#tell(active, activity, telling);
      return recorder.add(telling.news);
    };
    const outcome = await work(hear).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    try {
      await recorder.done();
    } finally {
      notices.flush();
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  #tell(active: ActiveRun, activity: RunActivity, { news, work, left }: Telling): void {
    const { time, asked } = active;
    if (work && asked !== null) {
      const before = Math.max(0, (performance.now() - asked) / 1000 - work.seconds);
      // Starting the engine belongs to the first program that it opens.
      time.count(work.kind === OPENING ? { ...work, seconds: work.seconds + before } : { kind: OPENING, units: 1, seconds: before });
      active.asked = null;
    }
    if (work && (work.kind !== OPENING || asked === null)) time.count(work);
    const known = Object.keys(left).length > 0;
    const opening: WorkLeft = active.asked !== null && activity.phase === 'predicting' ? { [OPENING]: 1 } : {};
    const secondsLeft = known ? time.tell(summed(left, opening)) : active.progress.secondsLeft;
    const { phase, epoch, epochs, step, steps, loss } = activity;
    active.progress = { phase, epoch, epochs, step, steps, loss, secondsLeft, report: reportIn(news) };
    this.listener.changed(active.runId, active.progress, null);
  }

  async #finish(finish: ParamsOf<'runs.finish'>): Promise<void> {
    this.#owed = { folder: this.library.folder, finish };
    await this.library.callAgain('runs.finish', finish);
    this.#owed = null;
  }

  /** Records the end of the run before, where that was not possible then. A project opened anew has noticed by itself. */
  async #payOwed(): Promise<void> {
    const owed = this.#owed;
    this.#owed = null;
    if (owed?.folder === this.library.folder && owed) await this.#finish(owed.finish);
  }
}

/** Hears of a run's work; returns what `RunRecorder.add` does. */
type Hear = (activity: RunActivity, telling: Telling) => Promise<void> | undefined;

const CHANGES: Readonly<Record<RunNews['kind'], RunChange>> = {
  epoch: 'runs',
  note: 'runs',
  prediction: 'predictions',
  leftOut: 'images',
};

/** Tells what has changed now and then, and in the end. */
class Notices {
  readonly #changed = new Set<RunChange>();
  #last = 0;

  constructor(private readonly tell: (what: RunChange) => void) {}

  add(what: RunChange): void {
    this.#changed.add(what);
    if (Date.now() - this.#last >= NOTICE_MS) this.flush();
  }

  flush(): void {
    this.#last = Date.now();
    for (const what of this.#changed) this.tell(what);
    this.#changed.clear();
  }
}

/** The prediction of so many pixels, with a program of its own. */
function afterwards(pixels: number, scale: number): WorkLeft {
  return pixels > 0 ? { prediction: predictionWork(pixels, scale ** 2), [OPENING]: 1 } : {};
}

function summed(some: WorkLeft, others: WorkLeft): WorkLeft {
  const sum: WorkLeft = { ...some };
  for (const [kind, units] of Object.entries(others)) sum[kind] = (sum[kind] ?? 0) + units;
  return sum;
}

function beginning({ epochs }: TrainSettings): TrainProgress {
  return { phase: 'preparing', epoch: 0, epochs, step: 0, steps: 0, loss: null, secondsLeft: null, report: null };
}

function reportIn(news: readonly RunNews[]): TrainProgress['report'] {
  return news.flatMap((each) => (each.kind === 'epoch' ? [each.report] : [])).at(-1) ?? null;
}

function isOutcome(outcome: unknown): outcome is TrainingOutcome {
  return typeof outcome === 'object' && outcome !== null && 'predictionFailure' in outcome;
}

/** Faults of what surrounds a training, in the run's own words. */
function trainingFailure(thrown: unknown): EspalierError {
  return inWords(thrown, 'RUN_STOPPED_EARLY', 'RUN_DISK_FULL');
}

function predictionFailure(thrown: unknown): EspalierError {
  return inWords(thrown, 'PREDICTION_STOPPED_EARLY', 'PREDICTION_DISK_FULL');
}

function inWords(
  thrown: unknown,
  engineEnded: 'RUN_STOPPED_EARLY' | 'PREDICTION_STOPPED_EARLY',
  diskFull: 'RUN_DISK_FULL' | 'PREDICTION_DISK_FULL',
): EspalierError {
  const error = toEspalierError(thrown);
  if (error.code === 'DISK_FULL') return new EspalierError(diskFull, {}, { cause: error });
  if (error.code !== 'CHILD_EXITED' || error.params.child !== 'engine') return error;
  return new EspalierError(engineEnded, { reason: String(error.params.reason) }, { cause: error });
}
