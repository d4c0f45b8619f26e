import type { ReviewShares } from '@shared/domain';
import { toEspalierError } from '@shared/errors';
import type { RunInputs } from '@shared/run';
import { type Best, LEARNERS } from '../checkpoint/best';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { DoubtScale } from '../core/metrics/doubt-scale';
import type { Reading } from '../data/left-out';
import { methodOf } from '../methods';
import { compareWithTruth, type Evaluation, evaluate } from './evaluate';
import { type ImageFile, labelledImages, type NamedImage, type TruthImage } from './images';
import { predictMasks } from './masks';
import { type OpenPredictor, openPredictor } from './open';
import type { PrunedTeacher, Scoring } from '../programs/prediction';
import type { Prediction } from './predictor';
import { predictForReview } from './review';
import { evenlyChosen } from './evenly';
import { storedState } from './weights';

/** A run whose networks predict. */
export interface TrainedRun {
  readonly folder: string;
  readonly inputs: RunInputs;
  readonly checkpoint: Checkpoint;
}

/** Tells that one more image is done. */
type OnImage = () => void;

/** Labelled images that Review's β is taken from. */
const SCALED_IMAGES = 8;

/**
 * Writes the review file of each image: see {@link predictForReview}.
 * @param onImage also gets the β that shares are told at; what it returns is waited for, as of `OnProgress`
 * @param reading hears of unreadable images among these and among the labelled ones that β is taken from
 */
export async function predictRun(
  run: TrainedRun,
  images: readonly ImageFile[],
  best: boolean,
  onImage: (image: ImageFile, shares: ReviewShares, beta: number) => unknown,
  reading: Reading,
): Promise<void> {
  const { folder, inputs } = run;
  const { gamma } = run.checkpoint.settings;
  const classIds = inputs.classes.map(({ id }) => id);
  const pruned = prunedTeacherOf(run);
  // Where nothing is pruned, no β makes a difference.
  const labelled = pruned ? labelledImages(evenlyChosen(inputs.labelled, SCALED_IMAGES), folder) : [];
  await withPredictor(run, [...images, ...labelled], { pruned, best }, reading.signal, async ({ predictor }) => {
    const scale = new DoubtScale(gamma);
    const add = (prediction: Prediction, truth: Uint8Array): void => scale.add(prediction, truth);
    if (labelled.length > 0)
      await compareWithTruth(predictor, inputs.classes, labelled, add, reading).catch((error: unknown) => {
        // Without labels β stays as the paper has it.
        if (toEspalierError(error).code !== 'NONE_READABLE') throw error;
      });
    const beta = scale.beta();
    await predictForReview({ predictor, classIds, folder, gamma, beta }, images, (image, shares) => onImage(image, shares, beta), reading);
  });
}

/** Writes the teacher's class map of each image: see {@link predictMasks}. */
export async function predictRunMasks(
  run: TrainedRun,
  images: readonly NamedImage[],
  out: string,
  best: boolean,
  onImage: OnImage,
  reading: Reading,
): Promise<void> {
  await withPredictor(run, images, { pruned: null, best }, reading.signal, ({ predictor }) =>
    predictMasks(predictor, run.inputs.classes, images, out, onImage, reading),
  );
}

/**
 * Compares student and teacher with the truth, as they were last and, where images were held out, as they were best: see {@link evaluate}.
 * @param asked for: the networks as they were best, null where there are none; and whether with Best masks
 * @param onImage is called for each image and each of these networks
 */
export async function evaluateRun(
  run: TrainedRun,
  asked: { readonly kept: Best | null; readonly best: boolean },
  images: readonly TruthImage[],
  onImage: OnImage,
  reading: Reading,
): Promise<Evaluation[]> {
  return withPredictor(run, images, { pruned: null, best: asked.best }, reading.signal, async ({ predictor, use }) => {
    const evaluations: Evaluation[] = [];
    for (const state of asked.kept ? [null, asked.kept] : [null]) {
      for (const network of LEARNERS) {
        use(network, storedState((state ?? run.checkpoint).tensors));
        const evaluation = await evaluate(network, predictor, run.inputs.classes, images, onImage, reading);
        evaluations.push({ ...evaluation, bestEpoch: state?.peaks[network].epoch ?? null });
      }
    }
    return evaluations;
  });
}

/** The pruned teacher of a run; null when the run has none (yet). */
export function prunedTeacherOf({ checkpoint: { settings, ratio } }: TrainedRun): PrunedTeacher | null {
  if (!methodOf(settings)?.pruning || ratio === null) return null;
  return { scope: settings.scope, statistics: settings.prunedStatistics, doubt: settings.doubt, views: null };
}

/** Opens a run's networks for images of these sizes, its last teacher to predict with, and closes them afterwards. */
export async function withPredictor<T>(
  { inputs, checkpoint }: TrainedRun,
  images: readonly ImageFile[],
  how: Pick<Scoring, 'pruned' | 'best'>,
  signal: AbortSignal,
  work: (open: OpenPredictor) => Promise<T>,
): Promise<T> {
  const { settings, scale, confidence, viewScale } = checkpoint;
  const open = await openPredictor(settings, inputs.classes.length, images, { ...how, scale, confidence, viewScale }, signal);
  try {
    open.use('teacher', storedState(checkpoint.tensors));
    return await work(open);
  } finally {
    open.session.dispose();
  }
}
