import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../compile/program';
import { weightsOf } from '../core/class-weights';
import { consistencyLoss } from '../core/consistency';
import { classMeans, contrastiveLoss } from '../core/contrastive';
import { pasteBoxes } from '../core/cutmix';
import { pseudoLabels } from '../core/pseudo-labels';
import { indicator } from '../core/refine';
import { relativeConfidence } from '../core/score-scale';
import type { Network, Output } from '../model/network';
import { gather, gatherRows } from '../ops/gather';
import { l2Normalise } from '../ops/l2-normalise';
import { resizeBilinear } from '../ops/resize-bilinear';
import type { LearningMethod } from '../methods/method';
import { type PrunedStatistics, prunedTeacher } from '../pruning/pruned-teacher';
import { lookupIn, tensorIn } from '../checkpoint/state';

const NO_CLASS = 255;

/** What the teachers make of the unlabelled images, as the student shall learn it. */
export interface Lesson {
  /** Pseudo-labels, ω and `inside` with the boxes of CutMix pasted, [n, H, W]. */
  readonly mixed: { readonly labels: tf.Tensor3D; readonly keep: tf.Tensor3D; readonly inside: tf.Tensor3D };
  /** Pseudo-labels of the unmixed views, 255 in the padding, int32 [n, H, W]. */
  readonly labels: tf.Tensor3D;
  /** The teacher's embedding of the unmixed views, [n, h, w, E]. */
  readonly embedding: tf.Tensor4D;
  /** Scalars, means over the pixels inside the images: what confidence alone and the score keep, and the score; of d where there is one. */
  readonly metrics: Tensors;
}

/** Both teachers on the weak views, then the method's trust in each pixel, then CutMix. No gradient flows here. */
export function teach(network: Network, method: LearningMethod, statistics: PrunedStatistics, inputs: Tensors, state: Tensors): Lesson {
  const input = (name: string): tf.Tensor => tensorIn(inputs, name);
  const weak = input('weak') as tf.Tensor4D;
  const inside = input('inside') as tf.Tensor3D;
  const gamma = input('gamma') as tf.Scalar;

  const teacher = network.forward(lookupIn(state, 'teacher'), weak, { kind: 'infer' });
  const { confidence: literal, labels } = pseudoLabels(resizeBilinear(teacher.logits, [weak.shape[1], weak.shape[2]]));
  const confidence = relativeConfidence(literal, labels, input('classFactors') as tf.Tensor1D);
  const pruned = (): Output => prunedTeacher(network, state, statistics, weak);
  const { score, similarity } = method.trust({ confidence, labels, teacher, pruned, beta: input('beta') as tf.Scalar });

  const allowed = tf.mul<tf.Tensor3D>(inside, tf.cast(tf.notEqual(labels, input('rejected')), 'float32'));
  const keep = tf.mul<tf.Tensor3D>(indicator(score, gamma), allowed);
  const shown = tf.where<tf.Tensor3D>(tf.greater(inside, 0), labels, tf.fill(labels.shape, NO_CLASS, 'int32'));
  const mixed = pasteBoxes(
    { boxes: input('boxes') as tf.Tensor2D, partners: input('partners') as tf.Tensor1D },
    { labels: shown, keep, inside },
  );
  const pixels = tf.maximum(tf.sum(inside), 1);
  const share = (map: tf.Tensor): tf.Tensor => tf.div(tf.sum(tf.mul(map, inside)), pixels);
  const metrics = {
    keptByConfidence: share(indicator(confidence, gamma)),
    kept: share(keep),
    score: share(score),
    ...(similarity && { similarity: share(similarity) }),
  };
  return { mixed, labels: shown, embedding: teacher.embedding, metrics };
}

/**
 * Eq. 8 and 9 of the student on the strong views.
 * @param entropy cross entropy of the student with the lesson's mixed labels, [n, H, W]
 * @param embedding of the student at feature resolution, [n, h, w, E]
 * @param weights of the classes, [256]; null: all alike
 * @param settings K, and τ
 */
export function learn(
  lesson: Lesson,
  entropy: tf.Tensor3D,
  embedding: tf.Tensor4D,
  weights: tf.Tensor1D | null,
  inputs: Tensors,
  { classes, tau }: { readonly classes: number; readonly tau: number },
): { readonly cons: tf.Scalar; readonly cont: tf.Scalar } {
  const { labels, keep, inside } = lesson.mixed;
  const [, h, w, size] = embedding.shape;
  const flat = (map: tf.Tensor3D): tf.Tensor1D => tf.reshape(nearest(map, h, w), [-1]);
  const rows = (z: tf.Tensor4D): tf.Tensor2D => tf.reshape(z, [-1, size]);
  const [anchors, negatives] = [tensorIn(inputs, 'anchors') as tf.Tensor1D, tensorIn(inputs, 'negatives') as tf.Tensor1D];
  const teacherLabels = flat(lesson.labels);
  return {
    cons: consistencyLoss(entropy, keep, weights ? tf.mul<tf.Tensor3D>(inside, weightsOf(weights, labels)) : inside),
    cont: contrastiveLoss({
      anchors: l2Normalise(gatherRows(rows(embedding), anchors)),
      anchorLabels: gather(flat(labels), anchors),
      keep: gather(flat(keep), anchors),
      negatives: l2Normalise(gatherRows(rows(lesson.embedding), negatives)),
      negativeLabels: gather(teacherLabels, negatives),
      means: classMeans(rows(lesson.embedding), teacherLabels, classes),
      temperature: tau,
    }),
  };
}

/** A map at feature resolution: of each cell the pixel at its top left. */
function nearest(map: tf.Tensor3D, height: number, width: number): tf.Tensor {
  const [, H, W] = map.shape;
  const positions = (cells: number, pixels: number): tf.Tensor1D =>
    tf.tensor1d(
      Array.from({ length: cells }, (_, i) => Math.floor((i * pixels) / cells)),
      'int32',
    );
  return gather(gather(map, positions(height, H), 1), positions(width, W), 2);
}
