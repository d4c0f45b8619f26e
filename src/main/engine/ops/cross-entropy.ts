import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernelOutputs } from './kernel';

const KERNEL = 'SparseSoftmaxCrossEntropyWithLogits';
const ATTRIBUTES: Attributes = { T: { type: 'float32' }, Tlabels: { type: 'int32' } };

/**
 * Softmax cross entropy −log softmax(logits)[label] of every position, by one fused kernel.
 * @param logits [..., K]
 * @param labels int32 [...]; a label outside 0…K−1 (255, unlabelled) counts for nothing: value and gradient 0
 * @returns float32 [...]
 */
export function crossEntropy<R extends tf.Rank>(logits: tf.Tensor, labels: tf.Tensor<R>): tf.Tensor<R> {
  return differentiable(
    [logits],
    () => {
      const classes = logits.shape.at(-1) ?? 0;
      const flat = tf.reshape(labels, [-1]);
      const counted = tf.logicalAnd(tf.greaterEqual(flat, 0), tf.less(flat, classes));
      const target = tf.where(counted, flat, tf.zerosLike(flat));
      const weight = tf.cast(counted, 'float32');
      const [loss, slope] = kernelOutputs(KERNEL, ATTRIBUTES, [tf.reshape(logits, [-1, classes]), target], 2);
      return { value: tf.reshape<R>(tf.mul(loss, weight), labels.shape), saved: [slope, weight] };
    },
    (dy, [slope, weight]) => {
      const scale = tf.expandDims(tf.mul(tf.reshape(dy, [-1]), weight), 1);
      return [tf.reshape(tf.mul(slope, scale), logits.shape)];
    },
  );
}
