import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernelOutputs } from './kernel.js';

/**
 * Softmax cross entropy −log softmax(logits)[label] of every position, by one fused kernel.
 * @param logits [..., K]
 * @param labels int32 [...]; a label outside 0…K−1 (255, unlabelled) counts for nothing: value and gradient 0
 * @returns float32 [...]
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = logits.shape[logits.rank - 1];
  const flat = tf.reshape(labels, [-1]);
  const counted = tf.logicalAnd(tf.greaterEqual(flat, 0), tf.less(flat, classes));
  const target = tf.where(counted, flat, tf.zerosLike(flat));
  const weight = tf.cast(counted, 'float32');
  const rows = tf.reshape(logits, [-1, classes]);
  const [loss, slope] = kernelOutputs(
    'SparseSoftmaxCrossEntropyWithLogits',
    { T: { type: 'float32' }, Tlabels: { type: 'int32' } },
    [rows, target],
    2,
  );
  return differentiable(
    [logits],
    () => ({ value: tf.reshape(tf.mul(loss, weight), labels.shape), saved: [slope, weight] }),
    (dy, [slope, weight]) => [tf.reshape(tf.mul(slope, tf.expandDims(tf.mul(tf.reshape(dy, [-1]), weight), 1)), logits.shape)],
  );
}
