import * as tf from '@tensorflow/tfjs-core';

/**
 * Eq. 8: Σ ω · CE(student on the strong view, pseudo-label) / number of pixels that are not padding; 0 when all are.
 * @param entropy cross entropy of the student with the pseudo-labels, [n, H, W]
 * @param keep ω, 0 or 1, [n, H, W]
 * @param inside 1 in the image, or the weight of the pixel's class, 0 in the padding, [n, H, W]
 * @returns scalar
 */
export function consistencyLoss(entropy: tf.Tensor3D, keep: tf.Tensor3D, inside: tf.Tensor3D): tf.Scalar {
  return tf.div(tf.sum(tf.mul(entropy, tf.mul(keep, inside))), tf.maximum(tf.sum(inside), 1));
}
