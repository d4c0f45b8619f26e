import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './kernel';

/**
 * Softmax cross entropy −log softmax(logits)[label] of every position. (TensorFlow's fused kernel runs on one core, and takes three times
 * as long for a few classes.)
 * @param logits [..., K]
 * @param labels int32 [...]; a label outside 0…K−1 (255, unlabelled) counts for nothing: value and gradient 0
 * @returns float32 [...]
 */
export function crossEntropy<R extends tf.Rank>(logits: tf.Tensor, labels: tf.Tensor<R>): tf.Tensor<R> {
  return differentiable(
    [logits],
    () => {
      const classes = logits.shape.at(-1) ?? 0;
      const rows = tf.reshape(logits, [-1, classes]);
      const flat = tf.reshape(labels, [-1]);
      const weight = tf.cast(tf.logicalAnd(tf.greaterEqual(flat, 0), tf.less(flat, classes)), 'float32');
      const target = tf.oneHot(flat, classes, 1, 0, 'float32');
      const shifted = tf.sub(rows, tf.max(rows, 1, true));
      const exponentials = tf.exp(shifted);
      const sums = tf.sum(exponentials, 1, true);
      const loss = tf.sub(tf.log(tf.squeeze(sums, [1])), tf.sum(tf.mul(shifted, target), 1));
      return { value: tf.reshape<R>(tf.mul(loss, weight), labels.shape), saved: [exponentials, sums, target, weight] };
    },
    (dy, [exponentials, sums, target, weight]) => {
      const scale = tf.expandDims(tf.mul(tf.reshape(dy, [-1]), weight), 1);
      const slope = tf.sub(tf.mul(exponentials, tf.div(scale, sums)), tf.mul(target, scale));
      return [tf.reshape(slope, logits.shape)];
    },
  );
}
