import { EspalierError } from '@shared/errors';
import type { ResultOf, TrainTelling } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { PartedInputs } from '../data/hold-out';
import { epochOf } from '../data/plan';
import { hear } from '../process/hear';
import { methodOf } from '../methods';
import { createPixelNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../programs/open';

import { foldsOf } from './cross-fit';
import { Fit } from './fit';
import { HeadCheckpoint } from './head-checkpoint';
import { createHeadNetwork } from '../model/head-network';
import { HeadProgress } from './head-progress';
import { type HeadPixels, HeadTraining } from './head-training';
import { judge } from './judge';
import { preparePixels } from './prepare';
import { HeadSchedule } from './schedule';

/**
 * Trains the head of a run on the features of a frozen backbone: features of pixels of all images, once; then the labels; then, where
 * cross-fitting on the labelled images says that it helps, the unlabelled pixels beside them. It takes about a minute, so that a run which
 * was stopped begins anew, from the same draws.
 * @throws EspalierError TRAIN_NAN, WEIGHTS_*, NONE_READABLE, DISK_FULL
 */
export async function trainHead(
  runFolder: string,
  parted: PartedInputs,
  context: CallContext<TrainTelling>,
): Promise<ResultOf<'engine.train'>> {
  const { settings, classes, labelled, unlabelled } = parted.learnt;
  const { signal } = context;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const schedule = new HeadSchedule(settings, epochOf(parted.learnt), unlabelled.length > 0 && methodOf(settings) !== null);
  const folds = foldsOf(labelled.length, settings.seed);
  const progress = new HeadProgress((telling) => context.progress(telling), schedule, folds.length);
  let fit: Fit | null = null;
  try {
    const network = createPixelNetwork(settings.backbone, classes.length);
    const initial = initialValues(network.specs, settings.seed);
    for (const [name, value] of await pretrainedBackbone(settings.backbone, network.specs)) initial.set(name, value);
    const pixels = await preparePixels(
      network,
      parted,
      runFolder,
      initial,
      schedule.supervised < schedule.steps,
      (leftOut) => progress.news({ kind: 'leftOut', ...leftOut }),
      { signal, progress: ({ done, total }) => progress.looked(done, total) },
    );
    const head = createHeadNetwork(pixels.basis.components, classes.length);
    const session = await openProgram({ kind: 'head', settings, classes: classes.length, inputs: head.inputs }, settings.compiled, signal);
    try {
      const begin = (some: HeadPixels, name: string): HeadTraining => new HeadTraining(session, head, settings, schedule, some, name);
      const verdict = await judge(pixels, folds, schedule, begin, async (done) => {
        progress.judged(done);
        await hear(signal);
      });
      const checkpoint = new HeadCheckpoint(runFolder, parted.learnt, network, initial, pixels.basis, seconds);
      fit = new Fit(settings, schedule, pixels.measured, verdict, progress, checkpoint);
      await fit.train(begin(pixels, 'whole'), pixels.labelled, signal);
      return { status: 'finished', step: fit.step, seconds: seconds() };
    } finally {
      session.dispose();
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof EspalierError)) return { status: 'stopped', step: fit?.step ?? 0, seconds: seconds() };
    throw error;
  }
}
