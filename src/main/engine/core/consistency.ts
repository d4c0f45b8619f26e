import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../ops/cross-entropy';

/**
 * Eq. 8: Σ ω · CE(student on the strong view, pseudo-label) / number of pixels that are not padding; 0 when all are.
 * @param logits of the student, [n, H, W, K]
 * @param labels pseudo-labels, int32 [n, H, W]
 * @param keep ω, 0 or 1, [n, H, W]
 * @param inside 1 in the image, 0 in the padding, [n, H, W]
 * @returns scalar
 */
export function consistencyLoss(logits: tf.Tensor4D, labels: tf.Tensor3D, keep: tf.Tensor3D, inside: tf.Tensor3D): tf.Scalar {
  const counted = tf.mul(keep, inside);
  return tf.div(tf.sum(tf.mul(crossEntropy(logits, labels), counted)), tf.maximum(tf.sum(inside), 1));
}
