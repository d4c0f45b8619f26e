import type { TrainTelling } from '@shared/protocol';
import type { RunNews, Work } from '@shared/run-news';
import { Stopwatch } from '../progress/stopwatch';
import { Teller } from '../progress/teller';
import type { HeadSchedule } from './schedule';

/** What a view of an image, and a step of a head, cost: until they have been met, in pixels that a network looks at. */
const [VIEW, STEP] = [50_000, 1000];

/** Tells how the training of a head goes. */
export class HeadProgress {
  readonly #watch = new Stopwatch();
  readonly #teller: Teller;
  readonly #judged: number;
  /** Steps of heads that are still to be taken: of each fold's, and of the one that the run gives. */
  #left: number;

  /** @param folds that are each held out once */
  constructor(
    progress: (telling: TrainTelling) => void,
    private readonly schedule: HeadSchedule,
    folds: number,
  ) {
    const { epochs, steps } = schedule;
    this.#judged = folds * steps;
    this.#left = this.#judged + steps;
    this.#teller = new Teller(progress, { phase: 'preparing', epoch: 0, epochs, step: 0, steps });
  }

  news(news: RunNews): void {
    this.#teller.news(news);
  }

  note(sentence: string): void {
    this.news({ kind: 'note', sentence });
  }

  /** So many of the images' views have been looked at. */
  looked(done: number, total: number): void {
    const left = { features: (total - done) * VIEW, head: this.#left * STEP };
    this.#teller.tell({ phase: 'features', step: done, steps: total, work: this.#did('features', VIEW), left });
  }

  /** So many steps of the folds' heads have been taken. */
  judged(done: number): void {
    this.#left = this.#judged + this.schedule.steps - done;
    if (done % this.schedule.perEpoch > 0) return;
    const work = this.#did('head', this.schedule.perEpoch * STEP);
    this.#teller.tell({ phase: 'judging', step: done, steps: this.#judged, work, left: { head: this.#left * STEP } });
  }

  /** The seconds of the step of the head that the run gives which has just been taken. */
  fitted(): Work {
    return this.#did('head', STEP);
  }

  /** Tells of that step. @param last of the steps that are taken */
  fit(step: number, last: number, loss: number, work: Work, news: RunNews[]): void {
    const { perEpoch, supervised, steps } = this.schedule;
    const phase = step <= supervised && supervised < steps ? 'warmup' : 'training';
    const left = { head: (last - step) * STEP };
    this.#teller.tell({ phase, epoch: Math.ceil(step / perEpoch), step, steps: last, loss, news, work, left });
  }

  #did(kind: string, units: number): Work {
    return { kind, units, seconds: this.#watch.lap() };
  }
}
