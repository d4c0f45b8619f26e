import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../ops/cross-entropy';
import { l2Normalise } from '../ops/l2-normalise';

/** Pixels that take part in Eq. 9, drawn from the unlabelled half of a batch. */
export interface Contrast {
  /** Student embeddings, unit length, [A, E]. */
  readonly anchors: tf.Tensor2D;
  /** Their pseudo-labels, int32 [A]; 255 in padding, which counts for nothing. */
  readonly anchorLabels: tf.Tensor1D;
  /** Their ω, [A]. */
  readonly keep: tf.Tensor1D;
  /** Teacher embeddings, unit length, [M, E]; no gradient. */
  readonly negatives: tf.Tensor2D;
  /** Their pseudo-labels, int32 [M]. */
  readonly negativeLabels: tf.Tensor1D;
  /** {@link classMeans} of the teacher, [K, E]; no gradient. */
  readonly means: tf.Tensor2D;
  /** τ, 0.5 in the paper. */
  readonly temperature: number;
}

const MASKED = -1e9;
const SMALLEST_SQUARE = 1e-24;

/**
 * Eq. 9, InfoNCE averaged over the anchors: −ω log (exp(z·z⁺/τ) / (exp(z·z⁺/τ) + Σ exp(z·z⁻/τ))). z⁺ is the mean teacher embedding of
 * the anchor's class; negatives of the anchor's own class are left out. It is a cross entropy whose right answer is the positive.
 * @returns scalar
 */
export function contrastiveLoss({ anchors, anchorLabels, keep, negatives, negativeLabels, means, temperature }: Contrast): tf.Scalar {
  const classes = means.shape[0];
  const positive = tf.sum(tf.mul(anchors, tf.matMul(oneHot(anchorLabels, classes), means)), 1, true);
  const own = tf.equal(tf.expandDims(anchorLabels, 1), tf.expandDims(negativeLabels, 0));
  const negative = tf.add(tf.matMul(anchors, negatives, false, true), tf.mul(tf.cast(own, 'float32'), MASKED));
  const logits = tf.div(tf.concat([positive, negative], 1), temperature);
  const labelled = tf.cast(tf.less(anchorLabels, classes), 'float32');
  return tf.mean(tf.mul(crossEntropy(logits, tf.zerosLike(anchorLabels)), tf.mul(labelled, keep)));
}

/**
 * z⁺ of each class: the re-normalised mean of the normalised embeddings of its pixels, zero for a class without any.
 * @param embeddings of any length, [P, E]
 * @param labels int32 [P]; pixels of other labels than 0…K−1 (255) count for none
 * @returns [K, E]
 */
export function classMeans(embeddings: tf.Tensor2D, labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  const inverse = tf.rsqrt(tf.maximum(tf.sum(tf.square(embeddings), 1, true), SMALLEST_SQUARE));
  return l2Normalise(tf.matMul<tf.Tensor2D>(tf.mul<tf.Tensor2D>(oneHot(labels, classes), inverse), embeddings, true));
}

/** [P, K]; a row of zeros for a label outside 0…K−1. */
function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.oneHot(labels, classes, 1, 0, 'float32') as tf.Tensor2D;
}
