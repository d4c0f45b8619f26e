import * as tf from '@tensorflow/tfjs-core';

/** Scalars of one step of SGD. */
export interface MomentumRates {
  /** Learning rate of this group of parameters. */
  readonly rate: tf.Scalar;
  /** 0.9 in the paper. */
  readonly momentum: number;
  /** Added to the gradient as weightDecay · θ; 1e-4 in the paper. */
  readonly weightDecay: number;
}

/**
 * One step of SGD with momentum m and weight decay λ: v ← m v + (g + λ θ), θ ← θ − lr v.
 * @param parameter θ
 * @param velocity v, of the same shape
 * @param gradient g, of the same shape
 */
export function momentumStep(
  parameter: tf.Tensor,
  velocity: tf.Tensor,
  gradient: tf.Tensor,
  { rate, momentum, weightDecay }: MomentumRates,
): { parameter: tf.Tensor; velocity: tf.Tensor } {
  const decayed = tf.add(gradient, tf.mul(parameter, weightDecay));
  const moved = tf.add(tf.mul(velocity, momentum), decayed);
  return { parameter: tf.sub(parameter, tf.mul(moved, rate)), velocity: moved };
}
