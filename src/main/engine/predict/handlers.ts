import { EspalierError } from '@shared/errors';
import { Pace } from '@shared/pace';
import type { Progress } from '@shared/protocol';
import type { Handlers } from '@shared/rpc';
import { readBest } from '../checkpoint/best';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { analyzeRun, predictionsOf } from './analyze';
import { calibrateRun } from './calibrate-run';
import { evaluateRun, predictRun, predictRunMasks, type TrainedRun } from './jobs';

type PredictionMethod = 'engine.predict' | 'engine.predictMasks' | 'engine.evaluate' | 'engine.analyze' | 'engine.calibrate';

/**
 * Answers what asks a run's networks about images.
 * @param ready resolves once TensorFlow is loaded
 */
export const predictionHandlers = (ready: () => Promise<unknown>): Pick<Handlers<PredictionMethod>, PredictionMethod> => ({
  'engine.predict': async ({ folder, images }, { signal, progress }) => {
    await ready();
    const count = counter(images.length);
    await predictRun(await openRun(folder), images, ({ id }, shares, beta) => progress({ ...count(), imageId: id, shares, beta }), signal);
    return { predicted: images.length };
  },
  'engine.predictMasks': async ({ folder, images, out }, { signal, progress }) => {
    await ready();
    const count = counter(images.length);
    await predictRunMasks(await openRun(folder), images, out, () => progress(count()), signal);
    return { predicted: images.length };
  },
  'engine.evaluate': async ({ folder, images }, { signal, progress }) => {
    await ready();
    const run = await openRun(folder);
    const best = await readBest(folder, run.inputs);
    const count = counter((best ? 4 : 2) * images.length);
    return evaluateRun(run, best, images, () => progress(count()), signal);
  },
  'engine.analyze': async ({ folder, images, out }, { signal, progress }) => {
    await ready();
    const run = await openRun(folder);
    const count = counter(predictionsOf(run, images.length));
    return analyzeRun(run, images, out, () => progress(count()), signal);
  },
  'engine.calibrate': async ({ folder }, { signal, progress }) => {
    await ready();
    return calibrateRun(await openRun(folder), { signal, progress });
  },
});

/** @throws EspalierError RUN_NO_CHECKPOINT, CHECKPOINT_INVALID, FILE_UNREADABLE */
async function openRun(folder: string): Promise<TrainedRun> {
  const inputs = await readInputs(folder);
  const checkpoint = await readCheckpoint(folder, inputs);
  if (!checkpoint) throw new EspalierError('RUN_NO_CHECKPOINT', { run: inputs.runId });
  return { folder, inputs, checkpoint };
}

/** Progress after each of `total` items. */
function counter(total: number): () => Progress {
  const pace = new Pace(total);
  let done = 0;
  return () => pace.at(++done);
}
