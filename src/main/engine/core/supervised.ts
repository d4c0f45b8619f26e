import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../ops/cross-entropy';

/**
 * Eq. 2: mean cross entropy over the labelled pixels; 0 when there is none.
 * @param logits [n, H, W, K]
 * @param labels int32 [n, H, W], 255 where nobody labelled
 * @returns scalar
 */
export function supervisedLoss(logits: tf.Tensor4D, labels: tf.Tensor3D): tf.Scalar {
  const classes = logits.shape[3];
  const labelled = tf.sum(tf.cast(tf.less(labels, classes), 'float32'));
  return tf.div(tf.sum(crossEntropy(logits, labels)), tf.maximum(labelled, 1));
}
