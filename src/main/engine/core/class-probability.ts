import * as tf from '@tensorflow/tfjs-core';

/**
 * The softmax probability of a given class at each pixel.
 * @param logits [n, H, W, K]
 * @param labels the class, int32 [n, H, W], 0…K−1
 * @returns in [0, 1], [n, H, W]
 */
export function classProbability(logits: tf.Tensor4D, labels: tf.Tensor3D): tf.Tensor3D {
  const chosen = tf.oneHot(labels, logits.shape[3], 1, 0, 'float32') as tf.Tensor4D;
  return tf.sum(tf.mul(tf.softmax(logits), chosen), 3);
}
