import * as tf from '@tensorflow/tfjs-core';
import { seededUniform } from '../ops/random';

/** Share of the hidden numbers of a pixel head that are left out. */
const DROPOUT = 0.3;

/** Leaves some of the numbers out, the others so much larger (Srivastava et al. 2014). @param seed int32 [2] */
export function dropout(hidden: tf.Tensor4D, seed: tf.Tensor1D): tf.Tensor4D {
  const kept = tf.cast(tf.greaterEqual(seededUniform<tf.Rank.R4>(hidden.shape, seed), DROPOUT), 'float32');
  return tf.mul(hidden, tf.div(kept, 1 - DROPOUT));
}
