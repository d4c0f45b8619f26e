import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

const FLOAT: Attributes = { T: { type: 'float32' } };

/** x · Φ(x), Φ being the normal distribution (Hendrycks and Gimpel 2016): exact, not by tanh. Any shape. */
export function gelu<R extends tf.Rank>(x: tf.Tensor<R>): tf.Tensor<R> {
  return differentiable(
    [x],
    () => ({ value: tf.mul<tf.Tensor<R>>(tf.mul(x, 0.5), onePlusErf(x)), saved: [x] }),
    (dy, [x]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [tf.mul(dy, tf.add(tf.mul(onePlusErf(x!), 0.5), tf.mul(x!, density)))];
    },
  );
}

/** 2 Φ(x) */
function onePlusErf(x: tf.Tensor): tf.Tensor {
  return tf.add(kernel('Erf', FLOAT, [tf.mul(x, Math.SQRT1_2)]), 1);
}
