import * as tf from '@tensorflow/tfjs-core';

/**
 * Eq. 2: mean cross entropy over the labelled pixels; 0 when there is none.
 * @param entropy cross entropy of the student with the labels, 0 where there is none, [n, H, W]
 * @param labels int32 [n, H, W], 255 where nobody labelled
 * @returns scalar
 */
export function supervisedLoss(entropy: tf.Tensor3D, labels: tf.Tensor3D): tf.Scalar {
  const labelled = tf.sum(tf.cast(tf.notEqual(labels, 255), 'float32'));
  return tf.div(tf.sum(entropy), tf.maximum(labelled, 1));
}
