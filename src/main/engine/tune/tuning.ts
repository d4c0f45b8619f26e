import { EspalierError } from '@shared/errors';
import type { ResultOf, TrainTelling } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { RunInputs } from '@shared/run';
import { writeCheckpoint } from '../checkpoint/checkpoint';
import { type Role, startingState, stateSpecs } from '../checkpoint/state';
import { float32 } from '../compile/program';
import { ADAMW_MOMENTS } from '../core/adamw';
import type { FittedConfidence } from '../core/fitted-confidence';
import { literalScale } from '../core/score-scale';
import type { OnLeftOut } from '../data/left-out';
import { epochOf } from '../data/plan';
import { createPixelNetwork, type PixelNetwork } from '../model/create';
import type { StateReader } from '../predict/weights';
import { openProgram } from '../programs/open';
import { Teller } from '../progress/teller';
import type { TuningBeginning } from './beginning';
import { FoldsHeldOut } from './held-out';
import { planTuning, tuningCrop } from './plan';
import { tuneInRounds } from './rounds';
import { type Standing, TuningFiles } from './standing';
import { TunedNetwork } from './tuned-network';

const ROLES: readonly Role[] = ['student', 'teacher', ...ADAMW_MOMENTS];
const BIAS = 'classifier.bias';

/**
 * Trains a whole network from the head that knows the labels on, as long as it helps: beside the network that the run gives, one for each
 * fold of the labelled images, which after each round says on its fold what the round was worth. The run keeps the network of the best round;
 * where there is none, its head on the backbone as it was.
 */
export class Tuning {
  readonly #network: PixelNetwork;
  readonly #files: TuningFiles;

  constructor(
    private readonly runFolder: string,
    private readonly inputs: RunInputs,
  ) {
    this.#network = createPixelNetwork(inputs.settings.backbone, inputs.classes.length);
    this.#files = new TuningFiles(runFolder);
  }

  /** Whether there is one to go on with. @throws EspalierError CHECKPOINT_INVALID */
  async isUnderWay(): Promise<boolean> {
    return (await this.#files.standing(this.inputs)) !== null;
  }

  /** Keeps what it begins with. @throws EspalierError DISK_FULL */
  async begin({ standing, networks }: TuningBeginning): Promise<void> {
    for (const [number, values] of networks.entries()) {
      const state = startingState(this.#network, this.inputs.settings.scope, values, ROLES);
      const of = { specs: this.#specs, steps: 0, value: (name: string) => state.get(name)!.values };
      await this.#files.keepNetwork(number, of, this.inputs);
    }
    await this.#files.keepStanding(standing);
  }

  /** @throws EspalierError TRAIN_NAN, CHECKPOINT_INVALID, NONE_READABLE, DISK_FULL */
  async run(context: CallContext<TrainTelling>): Promise<ResultOf<'engine.train'>> {
    const { signal } = context;
    const standing = (await this.#files.standing(this.inputs))!;
    const { scale } = standing.report.verdict!;
    const epoch = standing.report.epoch + standing.figures.length;
    const teller = new Teller((telling) => context.progress(telling), {
      phase: 'preparing',
      epoch,
      epochs: epoch,
      step: 0,
      steps: 0,
      viewScale: scale,
    });
    const onLeftOut: OnLeftOut = (leftOut) => teller.news({ kind: 'leftOut', ...leftOut });
    const settings = { ...this.inputs.settings, crop: tuningCrop(this.inputs.settings) };
    const inputs = { ...this.inputs, settings };
    const opened: { close: () => unknown }[] = [];
    const ended = (status: 'finished' | 'stopped'): ResultOf<'engine.train'> => ({
      status,
      step: standing.report.step,
      seconds: standing.seconds.run,
    });
    try {
      const session = await openProgram({ kind: 'tuning', settings, classes: inputs.classes.length }, settings.compiled, signal);
      opened.push({ close: () => session.dispose() });
      const heldOut = await FoldsHeldOut.open(inputs, this.runFolder, scale, onLeftOut, signal);
      opened.push(heldOut);
      const networks: TunedNetwork[] = [];
      for (const number of [...standing.folds.keys(), standing.folds.length]) {
        networks.push(await this.#open(number, inputs, standing, onLeftOut));
        opened.push(networks[number]!);
      }
      const readers = (prior: number): StateReader[] => networks.slice(0, -1).map(({ read }) => this.#shifted(read, standing, prior));
      await tuneInRounds(
        {
          settings,
          session,
          classes: inputs.classes.length,
          perRound: epochOf(inputs),
          networks,
          measure: () => heldOut.measure(readers, standing.folds, signal),
          keepNetwork: (number) => this.#files.keepNetwork(number, networks[number]!, inputs),
          keepStanding: () => this.#files.keepStanding(standing),
          give: (confidence) => this.#give(networks.at(-1)!, confidence, standing),
        },
        standing,
        teller,
        signal,
      );
      await this.#files.remove();
      return ended('finished');
    } catch (error) {
      if (signal.aborted && !(error instanceof EspalierError)) return ended('stopped');
      throw error;
    } finally {
      for (const each of opened) await each.close();
    }
  }

  async #open(number: number, inputs: RunInputs, { folds, weights, report }: Standing, onLeftOut: OnLeftOut): Promise<TunedNetwork> {
    const held = new Set(folds[number]);
    const learnt = { ...inputs, labelled: inputs.labelled.filter((_, image) => !held.has(image)) };
    const { chosen, scale } = report.verdict!;
    const { state, steps } = await this.#files.network(number, this.#specs, inputs);
    return new TunedNetwork({
      specs: this.#specs,
      state,
      steps,
      settings: inputs.settings,
      plan: planTuning(learnt, this.runFolder, scale, chosen === 'unlabelled'),
      classes: inputs.classes.length,
      weights,
      onLeftOut,
    });
  }

  /** Makes a network the one that predicts. */
  async #give(network: TunedNetwork, confidence: FittedConfidence | null, standing: Standing): Promise<void> {
    const { settings, classes } = this.inputs;
    const about = {
      settings,
      classes: classes.map(({ id }) => id),
      step: standing.report.step + network.steps,
      seconds: standing.seconds.run,
      ratio: null,
      scale: literalScale(classes.length),
      viewScale: standing.report.verdict!.scale,
      confidence,
      sums: {},
    };
    const specs = stateSpecs(this.#network, settings.scope, ['student', 'teacher']);
    await writeCheckpoint(this.runFolder, about, specs, { read: this.#shifted(network.read, standing, standing.priors.at(-1)!) });
  }

  get #specs(): ReturnType<typeof stateSpecs> {
    return stateSpecs(this.#network, this.inputs.settings.scope, ROLES);
  }

  /** Its values, with what a prior adds to the logits. */
  #shifted(read: StateReader, { shift }: Standing, prior: number): StateReader {
    const shifted = (name: string, values: Float32Array): Float32Array =>
      name.endsWith(`/${BIAS}`) ? values.map((value, k) => value + prior * shift[k]!) : values;
    return (names) => Object.fromEntries(Object.entries(read(names)).map(([name, values]) => [name, shifted(name, float32(values))]));
  }
}
