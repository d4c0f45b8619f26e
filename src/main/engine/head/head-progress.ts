import type { TrainTelling } from '@shared/protocol';
import { OPENING, type RunNews, type Work, type WorkLeft } from '@shared/run-news';
import { Stopwatch } from '../progress/stopwatch';
import { Teller } from '../progress/teller';
import type { HeadSchedule } from './schedule';

/** What a step of a head takes, on labelled pixels alone and with unlabelled ones beside them, in pixels that a network looks at. */
const STEP = { supervised: 16_000, beside: 40_000 } as const;
type StepKind = keyof typeof STEP;

/** What views of images take: `features` are computed, `kept` ones read. */
export type LookKind = 'features' | 'kept';

/** How far the looking at some images is. */
export interface Looked {
  /** Views. */
  readonly done: number;
  readonly total: number;
  /** What was done, and how many units of it. */
  readonly kind: LookKind;
  readonly units: number;
  /** Units that are left of these images. */
  readonly left: Readonly<Record<LookKind, number>>;
  /** It was the first of its shape: most of its time was spent on making the network ready. */
  readonly first: boolean;
}

/**
 * Tells how the training of a head goes. The first piece of work of a kind is told without units: it takes many times as long as the
 * others, and says nothing of how long they will.
 */
export class HeadProgress {
  readonly #watch = new Stopwatch();
  readonly #teller: Teller;
  /** `later` is what will be looked at after that; `head` and `backbone` are programs to be opened. */
  readonly #left: { later: Readonly<Record<LookKind, number>>; head: number; backbone: number } & Record<LookKind | StepKind, number>;
  readonly #met = new Set<StepKind>();
  /** Steps taken that have not been told. */
  #untold = 0;

  /**
   * @param scale that images will be looked at in, as far as is known
   * @param judged steps of heads that are held out, by kind
   */
  constructor(
    progress: (telling: TrainTelling) => void,
    private readonly schedule: HeadSchedule,
    scale: number,
    judged: Readonly<Record<StepKind, number>>,
  ) {
    const { epochs, steps, supervised } = schedule;
    this.#left = {
      // Something, until it is known what is kept.
      features: 1,
      kept: 0,
      later: { features: 0, kept: 0 },
      head: 1,
      backbone: 1,
      supervised: judged.supervised + supervised,
      beside: judged.beside + steps - supervised,
    };
    this.#teller = new Teller(progress, { phase: 'preparing', epoch: 0, epochs, step: 0, steps, viewScale: scale });
  }

  news(news: RunNews): void {
    this.#teller.news(news);
  }

  note(sentence: string): void {
    this.news({ kind: 'note', sentence });
  }

  /** A program has been opened, the head's or the backbone's. */
  opened(program: 'head' | 'backbone'): void {
    this.#left[program] = 0;
    this.#teller.tell({ work: { kind: OPENING, units: 1, seconds: this.#watch.lap() }, left: this.#ahead() });
  }

  /** Images will be looked at in this scale, which takes so many units after those that are being looked at now. */
  expect(scale: number, later: Readonly<Record<LookKind, number>>): void {
    this.#left.later = later;
    this.#teller.tell({ viewScale: scale });
  }

  /** One more view of the images has been looked at. */
  looked({ done, total, kind, units, left, first }: Looked): void {
    Object.assign(this.#left, left);
    const work = { kind, units: first ? 0 : units, seconds: this.#watch.lap() };
    this.#teller.tell({ phase: 'features', step: done, steps: total, work, left: this.#ahead() });
  }

  /** One more step has been taken of heads that are held out. */
  judged(done: number, total: number, kind: StepKind): void {
    const first = !this.#met.has(kind);
    const work = this.#stepped(kind);
    if (!first && done % this.schedule.perEpoch > 0) return;
    this.#teller.tell({ phase: 'judging', step: done, steps: total, work: work(), left: this.#ahead() });
  }

  /** The seconds of the step of the head that the run gives which has just been taken. */
  fitted(step: number): Work {
    return this.#stepped(this.schedule.kindOf(step))();
  }

  /** Tells of that step. @param last of the steps that are taken */
  fit(step: number, last: number, loss: number, work: Work, news: RunNews[]): void {
    const { perEpoch, supervised, steps } = this.schedule;
    const phase = step <= supervised && supervised < steps ? 'warmup' : 'training';
    const left = {
      supervised: Math.max(0, supervised - step) * STEP.supervised,
      beside: (last - Math.max(supervised, step)) * STEP.beside,
    };
    this.#teller.tell({ phase, epoch: Math.ceil(step / perEpoch), step, steps: last, loss, news, work, left });
  }

  #ahead(): WorkLeft {
    const { features, kept, later, head, backbone, supervised, beside } = this.#left;
    const computed = features + later.features;
    return {
      features: computed,
      kept: kept + later.kept,
      // The backbone's program is only opened where there is something to compute.
      [OPENING]: head + (computed > 0 ? backbone : 0),
      supervised: Math.max(0, supervised) * STEP.supervised,
      beside: Math.max(0, beside) * STEP.beside,
    };
  }

  /** Counts a step. @returns asks for the work of those that have not been told */
  #stepped(kind: StepKind): () => Work {
    this.#left[kind]--;
    this.#untold++;
    return () => {
      const units = this.#met.has(kind) ? this.#untold * STEP[kind] : 0;
      this.#met.add(kind);
      this.#untold = 0;
      return { kind, units, seconds: this.#watch.lap() };
    };
  }
}
