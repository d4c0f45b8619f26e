import * as tf from '@tensorflow/tfjs-core';
import { gather } from '../ops/gather';

/**
 * The weight of each pixel by its class; no gradient.
 * @param weights [256], by class index and 255
 * @param labels int32 [n, H, W]
 */
export function weightsOf(weights: tf.Tensor1D, labels: tf.Tensor3D): tf.Tensor3D {
  return tf.reshape(gather(weights, tf.reshape(labels, [-1])), labels.shape);
}
