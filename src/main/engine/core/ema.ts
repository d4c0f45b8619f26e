import * as tf from '@tensorflow/tfjs-core';

/**
 * α of Eq. 3, ramped so that the teacher first follows the student: min(1 − 1 / (step + 1), α).
 * @param step 0, 1, …
 */
export function emaRate(step: number, alpha: number): number {
  return Math.min(1 - 1 / (step + 1), alpha);
}

/**
 * Eq. 3: θ̂ ← α θ̂ + (1 − α) θ, for parameters and batch-norm statistics alike.
 * Written as a step towards the student, which a compiled update makes in place.
 * @param alpha scalar in [0, 1]
 */
export function emaUpdate<R extends tf.Rank>(teacher: tf.Tensor<R>, student: tf.Tensor<R>, alpha: tf.Scalar): tf.Tensor<R> {
  return tf.sub(teacher, tf.mul(tf.sub(teacher, student), tf.sub(1, alpha)));
}
