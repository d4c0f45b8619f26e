import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

const MEAN: Attributes = { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: true };

/**
 * Each row by its own mean and (biased) variance (Ba et al. 2016): (x − mean) / √(variance + epsilon) · gamma + beta.
 * @param x [rows, C]
 * @param gamma [C], as is beta
 */
export function layerNorm(x: tf.Tensor2D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  return differentiable(
    [x, gamma, beta],
    () => ({ value: tf.add<tf.Tensor2D>(tf.mul(normalised(x, epsilon).x, gamma), beta), saved: [x, gamma] }),
    (dy, [x, gamma]) => {
      const { x: ours, rate } = normalised(x!, epsilon);
      const inner = tf.mul(dy, gamma!);
      const along = tf.add(rowMean(inner), tf.mul(ours, rowMean(tf.mul(inner, ours))));
      return [tf.mul(tf.sub(inner, along), rate), tf.sum(tf.mul(dy, ours), 0), tf.sum(dy, 0)];
    },
  );
}

function normalised(x: tf.Tensor, epsilon: number): { x: tf.Tensor; rate: tf.Tensor } {
  const centred = tf.sub(x, rowMean(x));
  const rate = tf.rsqrt(tf.add(rowMean(tf.square(centred)), epsilon));
  return { x: tf.mul(centred, rate), rate };
}

/** [rows, 1] */
function rowMean(x: tf.Tensor): tf.Tensor {
  return kernel('Mean', MEAN, [x, tf.tensor1d([1], 'int32')]);
}
