import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EpochReport } from '@shared/domain';
import { EspalierError, isMissing } from '@shared/errors';
import type { RunInputs } from '@shared/run';
import { Verdict } from '@shared/verdict';
import { makeOwnFolder, removeOwn, writeOwnFile } from '../../media/own-files';
import { readState, writeState } from '../checkpoint/state-file';
import type { Specs } from '../compile/program';
import type { TunedNetwork, TunedState } from './tuned-network';

type Kept = Pick<TunedNetwork, 'specs' | 'steps' | 'value'>;

/** What a tuning begins with and how far it is, beside its networks. */
export const Standing = z.object({
  /** The last report of the head, its verdict among it. */
  report: EpochReport,
  /** Numbers of the labelled images that each network but the last, which learns from all, has not learnt from. */
  folds: z.array(z.array(z.number().int().nonnegative()).readonly()).readonly(),
  /** What is added τ times to the logits of each class at prediction (see `priorShift`), and what a pixel of it weighs in the losses, [K]. */
  shift: z.array(z.number()),
  weights: z.array(z.number().nonnegative()),
  /** mIoU on held-out labels of what it began from, and after each round. */
  figures: z.array(z.number()),
  /** The τ that each of them was reached with. */
  priors: z.array(z.number()),
  /** What the confidence of the network is that the run gives by now, see `Verdict`. */
  confidence: Verdict.shape.confidence,
  /** Of the run, and of the tuning. */
  seconds: z.object({ run: z.number().nonnegative(), tuning: z.number().nonnegative() }),
});
export type Standing = z.infer<typeof Standing>;

const NetworkAbout = z.object({ classes: z.array(z.number().int()), steps: z.number().int().nonnegative() });

/** The files of a tuning in its run's folder: what it needs to go on, gone when it has ended. */
export class TuningFiles {
  readonly #folder: string;

  constructor(runFolder: string) {
    this.#folder = join(runFolder, 'tuning');
  }

  /** Null where no tuning is under way. @throws EspalierError CHECKPOINT_INVALID */
  async standing({ runId }: Pick<RunInputs, 'runId'>): Promise<Standing | null> {
    let text: string;
    try {
      text = await readFile(this.#standing, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      return Standing.parse(JSON.parse(text));
    } catch (cause) {
      throw new EspalierError('CHECKPOINT_INVALID', { run: runId, reason: 'what its tuning had reached is damaged' }, { cause });
    }
  }

  /** @throws EspalierError DISK_FULL */
  async keepStanding(standing: Standing): Promise<void> {
    await makeOwnFolder(this.#folder);
    await writeOwnFile(this.#standing, JSON.stringify(standing));
  }

  /** A network as it was kept last. @throws EspalierError CHECKPOINT_INVALID */
  async network(number: number, specs: Specs, inputs: RunInputs): Promise<{ state: TunedState; steps: number }> {
    const kept = await readState(this.#network(number), NetworkAbout, inputs);
    const invalid = (reason: string): EspalierError => new EspalierError('CHECKPOINT_INVALID', { run: inputs.runId, reason });
    if (!kept) throw invalid('a network of its tuning is missing');
    const valueOf = (name: string): Float32Array => {
      const tensor = kept.tensors.get(name);
      if (!tensor) throw invalid(`a network of its tuning has no ${name}`);
      return tensor.values;
    };
    return { state: Object.fromEntries(Object.keys(specs).map((name) => [name, valueOf(name)])), steps: kept.about.steps };
  }

  /** @throws EspalierError DISK_FULL */
  async keepNetwork(number: number, { specs, steps, value }: Kept, { classes }: RunInputs): Promise<void> {
    const about: z.input<typeof NetworkAbout> = { classes: classes.map(({ id }) => id), steps };
    await writeState(this.#network(number), specs, Object.keys(specs).map(value), about);
  }

  remove(): Promise<void> {
    return removeOwn(this.#folder);
  }

  get #standing(): string {
    return join(this.#folder, 'standing.json');
  }

  #network(number: number): string {
    return join(this.#folder, `${number}.safetensors`);
  }
}
