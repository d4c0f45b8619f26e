import { totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { ResultOf, TrainTelling } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { TrainSettings } from '@shared/settings';
import { readInputs } from './checkpoint/inputs';
import { holdOut, type PartedInputs } from './data/hold-out';
import { trainHead } from './head/train-head';
import { tensorFlowBackend } from './process/tensorflow';
import { checkMemory, isOutOfMemory, outOfMemory } from './run/memory';
import { trainNetwork } from './run/train';
import { Tuning } from './tune/tuning';

/**
 * Trains the run frozen in a folder: a head on a backbone as it is, or a network as a whole.
 * @param ready resolves once TensorFlow is loaded for these settings
 * @throws EspalierError TRAIN_*, WEIGHTS_*, CHECKPOINT_INVALID, NONE_READABLE, DISK_FULL
 */
export async function train(
  runFolder: string,
  ready: (settings: TrainSettings) => Promise<unknown>,
  context: CallContext<TrainTelling>,
): Promise<ResultOf<'engine.train'>> {
  const frozen = await readInputs(runFolder);
  const { settings } = frozen;
  await ready(settings);
  if (!tensorFlowBackend(tf).binding.isUsingGpuDevice()) checkMemory(settings, machineMemory());
  const trainer = settings.decoder === 'pixel' ? trainPixels : trainNetwork;
  try {
    return await trainer(runFolder, holdOut(frozen), context);
  } catch (error) {
    throw isOutOfMemory(error) ? outOfMemory(settings, error) : error;
  }
}

/** Trains a head on the backbone as it is, and then, where the settings want it, the whole network from there. */
async function trainPixels(runFolder: string, parted: PartedInputs, context: CallContext<TrainTelling>): Promise<ResultOf<'engine.train'>> {
  const tuning = new Tuning(runFolder, parted.learnt);
  if (!(await tuning.isUnderWay())) {
    const { beginning, ...head } = await trainHead(runFolder, parted, context);
    if (!beginning) return head;
    await tuning.begin(beginning);
  }
  return tuning.run(context);
}

/** Memory that this process may have at most, bytes. */
function machineMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}
