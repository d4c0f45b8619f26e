import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './kernel';

const SMALLEST_SQUARE = 1e-24;

/**
 * x / ‖x‖ along the last axis. A vector of zeros (all units of a ReLU off) stays zero and passes no gradient, where the
 * plain formula would give NaN.
 * @param x [..., E]
 */
export function l2Normalise<R extends tf.Rank>(x: tf.Tensor<R>): tf.Tensor<R> {
  return differentiable(
    [x],
    () => {
      const square = tf.sum(tf.square(x), -1, true);
      const inverse = tf.where(tf.greater(square, SMALLEST_SQUARE), tf.rsqrt(tf.maximum(square, SMALLEST_SQUARE)), tf.zerosLike(square));
      const y = tf.mul<tf.Tensor<R>>(x, inverse);
      return { value: y, saved: [y, inverse] };
    },
    (dy, [y, inverse]) => [tf.mul(inverse, tf.sub(dy, tf.mul(y, tf.sum(tf.mul(dy, y), -1, true))))],
  );
}
