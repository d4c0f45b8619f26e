import { freemem } from 'node:os';
import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { ResultOf, TrainTelling } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { RunInputs } from '@shared/run';
import type { Session } from '../compile/program';
import { literalScale } from '../core/score-scale';
import { SGD_MOMENTS } from '../core/sgd';
import type { PartedInputs } from '../data/hold-out';
import type { OnLeftOut } from '../data/left-out';
import { epochOf, planBatches } from '../data/plan';
import { Prefetcher } from '../data/prefetch';
import { createNetwork } from '../model/create';
import { initialValues, type VariableValues } from '../model/initial';
import type { Network } from '../model/network';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../programs/open';
import { networkBefore } from './network-before';
import { release } from '../process/release';
import { keepBest } from '../checkpoint/best';
import { type Checkpoint, type Description, readCheckpoint, removeDamaged, writeCheckpoint } from '../checkpoint/checkpoint';
import { EpochSums } from '../progress/epoch-sums';
import { HeldOut } from './held-out';
import { type LoopState, trainingLoop } from './loop';
import { methodOf } from '../methods';
import { rolesOf } from '../programs/training';
import { roundOf } from './round';
import { startingState, stateSpecs } from '../checkpoint/state';
import { Teller } from '../progress/teller';
import { WorkPlan } from './work-plan';

/** Decoding and augmenting a batch takes one thread a fraction of a step. */
const WORKER_THREADS = 1;
const BATCHES_AHEAD = 3;
const CACHE_BYTES = 768 * 2 ** 20;

/**
 * Trains a network as a whole, from its checkpoint where there is one, and leaves a checkpoint.
 * @throws EspalierError TRAIN_*, WEIGHTS_*, CHECKPOINT_INVALID, NONE_READABLE, DISK_FULL
 */
export async function trainNetwork(
  runFolder: string,
  parted: PartedInputs,
  context: CallContext<TrainTelling>,
): Promise<ResultOf<'engine.train'>> {
  const { learnt: inputs, heldOut } = parted;
  const { settings } = inputs;
  const { signal } = context;
  const checkpoint = await readCheckpoint(runFolder, inputs);
  const { step = 0, seconds = 0, ratio = null, scale, sums } = checkpoint ?? {};
  const perEpoch = epochOf(inputs);
  const teller = new Teller((telling) => context.progress(telling), {
    phase: 'preparing',
    epoch: Math.ceil(step / perEpoch),
    epochs: settings.epochs,
    step,
    steps: perEpoch * settings.epochs,
    viewScale: 1,
  });
  const note = (sentence: string): void => teller.news({ kind: 'note', sentence });
  const onLeftOut: OnLeftOut = (leftOut) => teller.news({ kind: 'leftOut', ...leftOut });
  const standing: LoopState = { step, seconds, ratio, scale: scale ?? literalScale(inputs.classes.length), sums: new EpochSums(sums) };

  const network = createNetwork(settings.backbone, inputs.classes.length, settings.decoder);
  const specs = stateSpecs(network, settings.scope, rolesOf(methodOf(settings), SGD_MOMENTS));
  const opened = await openNetworks(runFolder, parted, network, checkpoint, onLeftOut, signal);
  if (!opened) return { status: 'stopped', step, seconds };
  const { session, measured } = opened;
  if (checkpoint?.damage) {
    note(checkpoint.damage);
    await removeDamaged(runFolder);
  }
  const prefetcher = new Prefetcher(planBatches(inputs, runFolder), step, {
    workerFile: join(__dirname, 'engine-worker.js'),
    threads: WORKER_THREADS,
    ahead: BATCHES_AHEAD,
    cacheBytes: Math.min(CACHE_BYTES, freemem() / 4),
    onLeftOut,
  });
  const views = (epoch: number, index: number): Promise<Float32Array> => prefetcher.views(epoch, index);
  const round = roundOf({ session, network, parted, folder: runFolder, views, step: () => standing.step, onLeftOut });
  try {
    const status = await trainingLoop(
      {
        inputs,
        session,
        nextBatch: () => prefetcher.next(),
        round,
        measure:
          measured &&
          (async (epoch, hearing) => {
            const scores = await measured.measure(session, hearing);
            await keepBest(runFolder, inputs, epoch, scores, specs, session, note);
            return scores;
          }),
        save: (now) => writeCheckpoint(runFolder, descriptionOf(inputs, now), specs, session),
        work: new WorkPlan(inputs, heldOut, round?.work ?? null),
      },
      standing,
      teller,
      signal,
    );
    return { status, step: standing.step, seconds: standing.seconds };
  } finally {
    await prefetcher.close();
    measured?.close();
    session.dispose();
  }
}

/** Opens what trains and what measures it on held-out images, if any; null when the run is stopped meanwhile. */
async function openNetworks(
  runFolder: string,
  { learnt, heldOut }: PartedInputs,
  network: Network,
  checkpoint: Checkpoint | null,
  onLeftOut: OnLeftOut,
  signal: AbortSignal,
): Promise<{ session: Session; measured: HeldOut | null } | null> {
  let session: Session | null = null;
  try {
    session = await openTraining(runFolder, learnt, network, checkpoint, signal);
    const measured = heldOut.length > 0 ? await HeldOut.open(learnt, heldOut, runFolder, onLeftOut, signal) : null;
    return { session, measured };
  } catch (error) {
    session?.dispose();
    if (!signal.aborted) throw error;
    return null;
  }
}

/** Opens the program of a run with its state, from its checkpoint or from the beginning, which nobody holds any more afterwards. */
async function openTraining(
  runFolder: string,
  inputs: RunInputs,
  network: Network,
  checkpoint: Checkpoint | null,
  signal: AbortSignal,
): Promise<Session> {
  const { settings } = inputs;
  const values = checkpoint ? null : await startingValues(runFolder, network, inputs);
  const session = await openProgram({ kind: 'training', settings, classes: inputs.classes.length }, settings.compiled, signal);
  // One role after the other, so that of a beginning's state only one is held.
  for (const role of rolesOf(methodOf(settings), SGD_MOMENTS)) {
    const tensors = values ? startingState(network, settings.scope, values, [role]) : checkpoint?.tensors;
    const names = Object.keys(stateSpecs(network, settings.scope, [role]));
    session.assign(
      Object.fromEntries(
        names.map((name) => {
          const tensor = tensors?.get(name);
          if (!tensor) throw new EspalierError('CHECKPOINT_INVALID', { run: inputs.runId, reason: `it has no ${name}` });
          return [name, tensor.values];
        }),
      ),
    );
  }
  release(values?.values() ?? Array.from(checkpoint!.tensors.values(), (tensor) => tensor.values));
  return session;
}

/** What a training begins with: the network of the run that it begins from, or a pretrained backbone and new heads. */
async function startingValues(runFolder: string, network: Network, inputs: RunInputs): Promise<VariableValues> {
  const { settings } = inputs;
  const values = initialValues(network.specs, settings.seed);
  if (settings.from !== null) return networkBefore(runFolder, settings.from, network, inputs, values);
  const pretrained = await pretrainedBackbone(settings.backbone, network.specs);
  for (const [name, backbone] of pretrained) values.get(name)!.set(backbone);
  release(pretrained.values());
  return values;
}

function descriptionOf({ settings, classes }: RunInputs, { step, seconds, ratio, scale, sums }: LoopState): Description {
  return {
    settings,
    classes: classes.map(({ id }) => id),
    step,
    seconds,
    ratio,
    scale,
    viewScale: 1,
    confidence: null,
    sums: sums.toRecord(),
  };
}
