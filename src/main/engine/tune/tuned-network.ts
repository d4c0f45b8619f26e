import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { RandomStream } from '@shared/random';
import type { TrainSettings } from '@shared/settings';
import { float32, type Session, type Specs, type Values } from '../compile/program';
import { biasCorrections } from '../core/adamw';
import { emaRate } from '../core/ema';
import type { BatchPlan } from '../data/plan';
import type { OnLeftOut } from '../data/left-out';
import { Prefetcher } from '../data/prefetch';
import type { StateReader } from '../predict/weights';
import { CLASS_WEIGHTS } from '../programs/descent';
import { batchInputs } from '../programs/batch-inputs';

/** Steps over which the rate rises from nothing: the moments of AdamW know little before. */
const RISE = 50;
/** Memory for the decoded images of one network, bytes. */
const CACHE_BYTES = 128 * 2 ** 20;

export type TunedState = Readonly<Record<string, Values>>;

export interface TunedNetworkOptions {
  readonly specs: Specs;
  /** Where it stands, and the steps that it has taken. */
  readonly state: TunedState;
  readonly steps: number;
  readonly settings: TrainSettings;
  readonly plan: BatchPlan;
  /** K, and what a pixel of each class weighs in the losses. */
  readonly classes: number;
  readonly weights: readonly number[];
  readonly onLeftOut: OnLeftOut;
}

/** One of the networks that are tuned by turns in one session; its state lies here meanwhile. */
export class TunedNetwork {
  readonly #prefetcher: Prefetcher;
  readonly #weights = new Float32Array(256);
  #state: TunedState;
  #steps: number;

  constructor(private readonly options: TunedNetworkOptions) {
    const { state, steps, plan, weights, onLeftOut } = options;
    [this.#state, this.#steps] = [state, steps];
    this.#weights.set(weights);
    this.#prefetcher = new Prefetcher(plan, steps, {
      workerFile: join(__dirname, 'engine-worker.js'),
      threads: 1,
      ahead: 2,
      cacheBytes: CACHE_BYTES,
      onLeftOut,
    });
  }

  get specs(): Specs {
    return this.options.specs;
  }

  /** Taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Values of its state. */
  readonly read: StateReader = (names) => Object.fromEntries(names.map((name) => [name, this.#state[name]!]));

  /**
   * Takes steps until it has taken so many.
   * @param rate share of the learning rate
   * @param onStep is called after each step, with what it puts out
   * @throws EspalierError TRAIN_NAN, NONE_READABLE; what `onStep` throws, and the state is then as it was before
   */
  async turn(
    session: Session,
    until: number,
    rate: number,
    onStep: (outputs: Readonly<Record<string, Values>>) => Promise<void>,
  ): Promise<void> {
    const { settings, classes } = this.options;
    session.assign(this.#state);
    let steps = this.#steps;
    while (steps < until) {
      const batch = await this.#prefetcher.next();
      const { first, second } = biasCorrections(steps);
      const one = Float32Array.of(1);
      const outputs = session.call(batch.unlabelled ? 'step' : 'supervised', {
        ...batchInputs(batch),
        rate: Float32Array.of(rate * settings.lrBackbone * Math.min(1, (steps + 1) / RISE)),
        first: Float32Array.of(first),
        second: Float32Array.of(second),
        emaAlpha: Float32Array.of(emaRate(steps, settings.emaAlpha)),
        seed: Int32Array.of(new RandomStream(settings.seed, 'dropout', steps).bits() >> 2, steps),
        [CLASS_WEIGHTS]: this.#weights,
        ...(batch.unlabelled && {
          gamma: Float32Array.of(settings.gamma),
          beta: one,
          classFactors: new Float32Array(classes).fill(1),
          lambdaCons: Float32Array.of(settings.lambdaCons),
          lambdaCont: Float32Array.of(settings.lambdaCont),
        }),
      });
      const loss = outputs.loss![0]!;
      if (!Number.isFinite(loss)) throw new EspalierError('TRAIN_NAN', { step: steps });
      steps++;
      await onStep(outputs);
    }
    this.#steps = steps;
    this.#state = session.read(Object.keys(this.specs));
  }

  /** @throws Error when it has none of the name */
  readonly value = (name: string): Float32Array => float32(this.#state[name]!);

  close(): Promise<void> {
    return this.#prefetcher.close();
  }
}
