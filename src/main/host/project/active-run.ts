import type { StopHow } from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import { RunProgress } from './run-progress';

/** A run to go on with, as the library tells it. */
export interface PreparedRun {
  readonly runId: string;
  readonly folder: string;
  readonly settings: TrainSettings;
  /** Pixels that are to be predicted in the end. */
  readonly pixels: number;
  /** Seconds that its training has taken so far. */
  readonly seconds: number;
}

/** A run under way: it trains, then it predicts, and each of both can be stopped. */
export class ActiveRun {
  readonly runId: string;
  readonly folder: string;
  readonly progress: RunProgress;
  /** Seconds that its training has taken so far. */
  seconds: number;
  /** Settles when it has ended, however that was. */
  ended: Promise<unknown> = Promise.resolve();
  #stopped: StopHow | 'interrupt' | null = null;
  #controller = new AbortController();

  constructor({ runId, folder, settings, seconds }: PreparedRun) {
    this.runId = runId;
    this.folder = folder;
    this.seconds = seconds;
    this.progress = new RunProgress(settings);
  }

  /** How the user, or the end of the window, has stopped what it does now. */
  get stopped(): StopHow | 'interrupt' | null {
    return this.#stopped;
  }

  /** Aborts what it does now. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(how: StopHow | 'interrupt'): void {
    this.#stopped = how;
    this.progress.replan();
    this.abort();
  }

  /** Ends what it does now, though nobody has stopped it. */
  abort(): void {
    this.#controller.abort();
  }

  /** Goes on to its prediction, which can be stopped itself, also where stopping the training has begun it. */
  goOn(): void {
    this.#stopped = null;
    this.#controller = new AbortController();
    this.progress.afterwards = 0;
  }
}
