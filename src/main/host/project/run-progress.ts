import type { RunActivity, TrainProgress } from '@shared/protocol';
import { OPENING, predictionWork, type RunNews, type Telling, type WorkLeft } from '@shared/run-news';
import type { TrainSettings } from '@shared/settings';
import { RemainingTime } from './remaining-time';

/** How far a run is, with the time that all takes which it is still to do. */
export class RunProgress {
  /** Pixels that are predicted after what the engine is doing now. */
  afterwards = 0;
  readonly #time = new RemainingTime();
  /** When the engine was asked to do what it is doing now, until it has begun to. */
  #asked: number | null = null;
  #now: TrainProgress;

  constructor({ epochs }: TrainSettings) {
    this.#now = { phase: 'preparing', epoch: 0, epochs, step: 0, steps: 0, loss: null, secondsLeft: null, report: null };
  }

  get now(): TrainProgress {
    return this.#now;
  }

  /** The engine is asked for the next thing, and opens it before it tells of work. */
  asks(): void {
    this.#asked = performance.now();
  }

  /** What is left has changed by decision. */
  replan(): void {
    this.#time.replan();
  }

  /** What is left of a training whose views have a scale, and of what comes after it. */
  withPrediction(left: WorkLeft, viewScale: number): WorkLeft {
    return summed(left, this.afterwards > 0 ? { prediction: predictionWork(this.afterwards, viewScale ** 2), [OPENING]: 1 } : {});
  }

  /** Takes in what the engine tells. */
  tell(activity: RunActivity, { news, work, left }: Telling): void {
    const asked = this.#asked;
    if (work && asked !== null) {
      const before = Math.max(0, (performance.now() - asked) / 1000 - work.seconds);
      // Starting the engine belongs to the first program that it opens.
      this.#time.count(work.kind === OPENING ? { ...work, seconds: work.seconds + before } : { kind: OPENING, units: 1, seconds: before });
      this.#asked = null;
    }
    if (work && (work.kind !== OPENING || asked === null)) this.#time.count(work);
    const known = Object.keys(left).length > 0;
    const opening: WorkLeft = this.#asked !== null && activity.phase === 'predicting' ? { [OPENING]: 1 } : {};
    const secondsLeft = known ? this.#time.tell(summed(left, opening)) : this.#now.secondsLeft;
    const { phase, epoch, epochs, step, steps, loss } = activity;
    this.#now = { phase, epoch, epochs, step, steps, loss, secondsLeft, report: reportIn(news) };
  }
}

function summed(some: WorkLeft, others: WorkLeft): WorkLeft {
  const sum: WorkLeft = { ...some };
  for (const [kind, units] of Object.entries(others)) sum[kind] = (sum[kind] ?? 0) + units;
  return sum;
}

function reportIn(news: readonly RunNews[]): TrainProgress['report'] {
  return news.flatMap((each) => (each.kind === 'epoch' ? [each.report] : [])).at(-1) ?? null;
}
