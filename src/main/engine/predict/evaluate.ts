import { dirname } from 'node:path';
import type { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { Evaluation as EvaluationSchema } from '@shared/protocol';
import type { LeftOut } from '@shared/run-news';
import { readPng, readPngHeader } from '../../media/png';
import { addToConfusion, type Confusion, emptyConfusion } from '../core/metrics/confusion';
import { addToHistogram, areaUnderRoc, CONFIDENCE_BINS, emptyHistogram, type ScoreHistogram } from '../core/metrics/score-histogram';
import { classIou, meanIou, pixelAccuracy } from '../core/metrics/iou';
import { noneReadable, type Reading } from '../data/left-out';
import type { TruthImage } from './images';
import type { Prediction, Predictor } from './predictor';

export type Evaluation = z.infer<typeof EvaluationSchema>;

/**
 * Predicts each image that can be read and hands it over with its truth.
 * @param use gets the truth as class indices, ≥ K where it is not counted
 * @returns how many images were compared
 * @throws EspalierError IMPORT_SIZE, IMPORT_UNREADABLE, NONE_READABLE; AbortError
 */
export async function compareWithTruth(
  predictor: Predictor,
  classes: readonly LabelClass[],
  images: readonly TruthImage[],
  use: (prediction: Prediction, truth: Uint8Array) => void,
  { signal, onLeftOut }: Reading,
): Promise<number> {
  let [compared, unread]: [number, LeftOut | null] = [0, null];
  const indexOf = new Uint8Array(256).fill(255);
  classes.forEach(({ id }, index) => (indexOf[id] = index));
  const compare = async (image: TruthImage, prediction: Prediction): Promise<void> => {
    const truth = await readPngHeader(image.truth);
    const found = `${truth.width} × ${truth.height}`;
    const expected = `${prediction.width} × ${prediction.height}`;
    const name = image.truth;
    if (found !== expected) throw new EspalierError('IMPORT_SIZE', { name, found, expected });
    if (truth.kind === 'rgb') throw new EspalierError('IMPORT_UNREADABLE', { name, reason: 'it has colours instead of class numbers' });
    const { data } = await readPng(image.truth);
    compared++;
    use(
      prediction,
      data.map((id) => indexOf[id]!),
    );
  };
  const reading: Reading = {
    signal,
    onLeftOut: (leftOut) => {
      unread ??= leftOut;
      return onLeftOut(leftOut);
    },
  };
  await predictor.predictFiles(images, compare, reading);
  if (compared === 0 && unread) throw noneReadable(images.length, 'evaluated', unread);
  return compared;
}

/** mIoU, accuracy and confusion matrix of one network over images with truth; see {@link compareWithTruth}. @throws EspalierError TRUTH_EMPTY, NONE_READABLE */
export async function evaluate(
  network: Evaluation['network'],
  predictor: Predictor,
  classes: readonly LabelClass[],
  images: readonly TruthImage[],
  onImage: () => void,
  reading: Reading,
): Promise<Evaluation> {
  const confusion = emptyConfusion(classes.length);
  const K = classes.length;
  const scores = { probability: emptyHistogram(CONFIDENCE_BINS), fitted: emptyHistogram(CONFIDENCE_BINS) };
  const add = (prediction: Prediction, truth: Uint8Array): void => {
    addToConfusion(confusion, prediction.classes, truth);
    addToHistogram(scores.probability, prediction.probability ?? prediction.confidence, prediction.classes, truth, K);
    if (prediction.probability) addToHistogram(scores.fitted, prediction.confidence, prediction.classes, truth, K);
    onImage();
  };
  const compared = await compareWithTruth(predictor, classes, images, add, reading);
  if (confusion.counts.every((count) => count === 0)) throw new EspalierError('TRUTH_EMPTY', { folder: dirname(images[0]?.truth ?? '') });
  const auc = { probability: area(scores.probability), fitted: area(scores.fitted) };
  return { ...evaluationOf(network, confusion, classes, compared), auc };
}

/** Null where nothing was scored, or all are right or all wrong. */
function area(histogram: ScoreHistogram): number | null {
  const value = areaUnderRoc(histogram);
  return Number.isNaN(value) ? null : value;
}

function evaluationOf(
  network: Evaluation['network'],
  confusion: Confusion,
  classes: readonly LabelClass[],
  images: number,
): Omit<Evaluation, 'auc'> {
  const iou = classIou(confusion);
  const K = classes.length;
  return {
    network,
    bestEpoch: null,
    images,
    miou: meanIou(confusion),
    accuracy: pixelAccuracy(confusion),
    perClass: classes.map(({ id, name }, k) => ({ id, name, iou: iou[k] ?? null })),
    confusion: Array.from({ length: K }, (_, row) => Array.from(confusion.counts.subarray(row * K, (row + 1) * K))),
  };
}
