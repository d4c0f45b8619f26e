import { freemem } from 'node:os';
import { join } from 'node:path';
import type { TrainProgress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { RUN_FILES, type RunInputs } from '@shared/run';
import type { Session } from '../compile/program';
import { checkFiles, planBatches } from '../data/plan';
import { Prefetcher } from '../data/prefetch';
import { createNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import type { Network } from '../model/network';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../open-program';
import { type Calibration, calibrate, ownPrunings, writeCalibration } from './calibrate';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint';
import { EpochSums } from './epoch-sums';
import { readInputs } from './inputs';
import { type Standing, trainingLoop } from './loop';
import { pruneTeacher, reestimateStatistics } from './pruning-round';
import { startingState, stateSpecs } from './state';

/** Decoding and augmenting a batch takes one thread a fraction of a step. */
const WORKER_THREADS = 1;
const BATCHES_AHEAD = 3;
const CACHE_BYTES = 768 * 2 ** 20;

export interface TrainResult {
  readonly status: 'finished' | 'stopped';
  readonly step: number;
  readonly seconds: number;
}

/**
 * Trains the run frozen in a folder, from its checkpoint where there is one, and leaves a checkpoint.
 * @throws EspalierError TRAIN_*, WEIGHTS_*, CHECKPOINT_INVALID, IMAGE_*, DISK_FULL
 */
export async function train(runFolder: string, context: CallContext<TrainProgress>): Promise<TrainResult> {
  const inputs = await readInputs(runFolder);
  const { settings } = inputs;
  const network = createNetwork(settings.backbone, inputs.classes.length);
  const plan = planBatches(inputs, runFolder);
  await checkFiles(plan);
  const checkpoint = await readCheckpoint(runFolder, inputs);
  const values = checkpoint?.tensors ?? (await beginning(network, inputs));
  const session = await openProgram({ kind: 'training', settings, classes: inputs.classes.length }, settings.compiled);
  const standing: Standing = {
    step: checkpoint?.step ?? 0,
    seconds: checkpoint?.seconds ?? 0,
    ratio: checkpoint?.ratio ?? null,
    sums: new EpochSums(checkpoint?.sums),
  };
  const prefetcher = new Prefetcher(plan, standing.step, {
    workerFile: join(__dirname, 'engine-worker.js'),
    threads: WORKER_THREADS,
    ahead: BATCHES_AHEAD,
    cacheBytes: Math.min(CACHE_BYTES, freemem() / 4),
  });
  try {
    session.assign(Object.fromEntries([...values].map(([name, tensor]) => [name, tensor.values])));
    const status = await trainingLoop(
      {
        inputs,
        session,
        nextBatch: () => prefetcher.next(),
        prune: async (epoch, known) => {
          const views = (index: number): Promise<Float32Array> => prefetcher.views(epoch, index);
          const calibration = { session, masked: settings.scope, network, inputs, plan, step: standing.step, views };
          const ratio = known ?? (await ratioOf(runFolder, calibration));
          pruneTeacher(session, network, { ...settings, ratio }, settings.scope);
          await reestimateStatistics(session, settings, views);
          return ratio;
        },
        save: (now) => writeCheckpoint(runFolder, checkpointOf(inputs, network, session, now)),
      },
      standing,
      context,
    );
    return { status, step: standing.step, seconds: standing.seconds };
  } finally {
    await prefetcher.close();
    session.dispose();
  }
}

/** The state of a training that begins: pretrained backbone, new heads; the teacher starts as the student. */
async function beginning(network: Network, { settings }: RunInputs): Promise<Checkpoint['tensors']> {
  const values = initialValues(network.specs, settings.seed);
  for (const [name, pretrained] of await pretrainedBackbone(settings.backbone, network.specs)) values.set(name, pretrained);
  return startingState(network, settings.scope, values);
}

function checkpointOf({ settings, classes }: RunInputs, network: Network, session: Session, standing: Standing): Checkpoint {
  const specs = Object.entries(stateSpecs(network, settings.scope));
  const values = session.read(specs.map(([name]) => name));
  return {
    settings,
    classes: classes.map(({ id }) => id),
    step: standing.step,
    seconds: standing.seconds,
    ratio: standing.ratio,
    sums: standing.sums.toRecord(),
    tensors: new Map(specs.map(([name, { shape }]) => [name, { shape, values: Float32Array.from(values[name]!) }])),
  };
}

/** The ratio the settings give, or the one that calibration finds, whose report is then in the run's folder. */
async function ratioOf(runFolder: string, calibration: Calibration): Promise<number> {
  const { inputs } = calibration;
  if (inputs.settings.ratio !== 'calibrated') return inputs.settings.ratio;
  const report = await calibrate(calibration, ownPrunings(inputs));
  await writeCalibration(runFolder, RUN_FILES.calibration, report);
  return report.choices[0]!.ratio;
}
