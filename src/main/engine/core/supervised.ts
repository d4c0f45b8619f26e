import * as tf from '@tensorflow/tfjs-core';
import { weightsOf } from './class-weights';

/**
 * Eq. 2: mean cross entropy over the labelled pixels, weighed by their classes where there are weights; 0 when there is none.
 * @param entropy cross entropy of the student with the labels, 0 where there is none, [n, H, W]
 * @param labels int32 [n, H, W], 255 where nobody labelled
 * @param weights of the labels, [256], 0 at 255; null: all alike
 * @returns scalar
 */
export function supervisedLoss(entropy: tf.Tensor3D, labels: tf.Tensor3D, weights: tf.Tensor1D | null = null): tf.Scalar {
  if (!weights) return tf.div(tf.sum(entropy), tf.maximum(tf.sum(tf.cast(tf.notEqual(labels, 255), 'float32')), 1));
  const weight = weightsOf(weights, labels);
  return tf.div(tf.sum(tf.mul(entropy, weight)), tf.maximum(tf.sum(weight), 1));
}
