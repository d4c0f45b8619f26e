import * as tf from '@tensorflow/tfjs-core';

/** Share of a run's steps that the teacher may remember: what is older is from a student that knew much less. */
const MEMORY = 0.05;

/**
 * α of Eq. 3, ramped so that the teacher first follows the student: min(1 − 1 / (step + 1), α). In a short run it is less than the setting:
 * a teacher that remembers more than a twentieth of the run ends behind its student.
 * @param step 0, 1, …
 * @param steps of the run; a paper's run has so many that its α stands
 */
export function emaRate(step: number, alpha: number, steps = Infinity): number {
  return Math.min(1 - 1 / (step + 1), alpha, 1 - 1 / Math.max(2, MEMORY * steps));
}

/**
 * Eq. 3: θ̂ ← α θ̂ + (1 − α) θ, for parameters and batch-norm statistics alike.
 * Written as a step towards the student, which a compiled update makes in place.
 * @param alpha scalar in [0, 1]
 */
export function emaUpdate<R extends tf.Rank>(teacher: tf.Tensor<R>, student: tf.Tensor<R>, alpha: tf.Scalar): tf.Tensor<R> {
  return tf.sub(teacher, tf.mul(tf.sub(teacher, student), tf.sub(1, alpha)));
}
