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
  /** Views to be looked at, and steps of heads to be taken. */
  #views: number;
  #steps: number;

  /** @param ahead views to be looked at, and steps of the heads that are held out */
  constructor(
    progress: (telling: TrainTelling) => void,
    private readonly schedule: HeadSchedule,
    ahead: { readonly views: number; readonly judged: number },
  ) {
    const { epochs, steps } = schedule;
    this.#views = ahead.views;
    this.#steps = ahead.judged + steps;
    this.#teller = new Teller(progress, { phase: 'preparing', epoch: 0, epochs, step: 0, steps });
  }

  news(news: RunNews): void {
    this.#teller.news(news);
  }

  note(sentence: string): void {
    this.news({ kind: 'note', sentence });
  }

  /** So many views of the images have been looked at, one more than before. */
  looked(done: number, total: number): void {
    this.#views--;
    this.#teller.tell({ phase: 'features', step: done, steps: total, work: this.#did('features', VIEW), left: this.#left() });
  }

  /** So many steps of heads that are held out have been taken, one more than before. */
  judged(done: number, total: number): void {
    this.#steps--;
    if (done % this.schedule.perEpoch > 0) return;
    const work = this.#did('head', this.schedule.perEpoch * STEP);
    this.#teller.tell({ phase: 'judging', step: done, steps: total, work, left: this.#left() });
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

  #left(): { features: number; head: number } {
    return { features: Math.max(0, this.#views) * VIEW, head: Math.max(0, this.#steps) * STEP };
  }

  #did(kind: string, units: number): Work {
    return { kind, units, seconds: this.#watch.lap() };
  }
}
