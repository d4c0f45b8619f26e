import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../ops/cross-entropy';
import { gather, gatherRows } from '../ops/gather';
import { l2Normalise } from '../ops/l2-normalise';

/** Pixels of the unlabelled half of a batch, flattened to P, and which of them take part. */
export interface Contrast {
  /** Student embeddings of the strong view, unit length, [P, E]. */
  readonly student: tf.Tensor2D;
  /** Teacher embeddings of the weak view, unit length, [P, E]; no gradient. */
  readonly teacher: tf.Tensor2D;
  /** Pseudo-labels where the student stands, int32 [P]; 255 in padding. */
  readonly studentLabels: tf.Tensor1D;
  /** Pseudo-labels where the teacher stands, int32 [P]; 255 in padding. The same as the student's unless views were mixed. */
  readonly teacherLabels: tf.Tensor1D;
  /** ω where the student stands, [P]. */
  readonly keep: tf.Tensor1D;
  /** Indices of the anchors among the student's pixels, int32 [A]. */
  readonly anchors: tf.Tensor1D;
  /** Indices of the negatives among the teacher's pixels, int32 [M]. */
  readonly negatives: tf.Tensor1D;
  readonly classes: number;
  /** τ, 0.5 in the paper. */
  readonly temperature: number;
}

const MASKED = -1e9;

/**
 * Eq. 9, InfoNCE averaged over the anchors: −ω log (exp(z·z⁺/τ) / (exp(z·z⁺/τ) + Σ exp(z·z⁻/τ))). z⁺ is the re-normalised mean
 * teacher embedding of the anchor's class; negatives of the anchor's own class are left out. It is a cross entropy whose
 * right answer is the positive.
 * @returns scalar
 */
export function contrastiveLoss(c: Contrast): tf.Scalar {
  const labels = gather(c.studentLabels, c.anchors);
  const anchors = gatherRows(c.student, c.anchors);
  const positives = tf.matMul(oneHot(labels, c.classes), classMeans(c.teacher, c.teacherLabels, c.classes));
  const positive = tf.sum(tf.mul(anchors, positives), 1, true);
  const own = tf.equal(tf.expandDims(labels, 1), tf.expandDims(gather(c.teacherLabels, c.negatives), 0));
  const similarity = tf.matMul(anchors, gatherRows(c.teacher, c.negatives), false, true);
  const negative = tf.add(similarity, tf.mul(tf.cast(own, 'float32'), MASKED));
  const logits = tf.div(tf.concat([positive, negative], 1), c.temperature);
  const loss = crossEntropy(logits, tf.zerosLike(labels));
  const labelled = tf.cast(tf.less(labels, c.classes), 'float32');
  return tf.mean(tf.mul(loss, tf.mul(labelled, gather(c.keep, c.anchors))));
}

/** Re-normalised mean embedding of each class, [K, E]; zero for a class without pixels. */
function classMeans(embeddings: tf.Tensor2D, labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return l2Normalise(tf.matMul<tf.Tensor2D>(oneHot(labels, classes), embeddings, true));
}

/** [P, K]; a row of zeros for a label outside 0…K−1. */
function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.oneHot(labels, classes, 1, 0, 'float32') as tf.Tensor2D;
}
