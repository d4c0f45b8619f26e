import * as tf from '@tensorflow/tfjs-core';
import type { Optimiser } from './optimiser';

export interface SgdSettings {
  /** m; 0.9 in the paper. */
  readonly momentum: number;
  /** λ: added to the gradient as λ θ; 1e-4 in the paper. */
  readonly weightDecay: number;
}

/** Learning rate of a step. */
export interface SgdRates {
  readonly rate: tf.Scalar;
}

export const SGD_MOMENTS = ['velocity'] as const;

/** SGD with momentum m and weight decay λ: v ← m v + (g + λ θ), θ ← θ − lr v. */
export const sgd = ({ momentum, weightDecay }: SgdSettings): Optimiser<'velocity', SgdRates> => ({
  moments: SGD_MOMENTS,
  update(parameter, { velocity }, gradient, { rate }) {
    const decayed = tf.add(gradient, tf.mul(parameter, weightDecay));
    const moved = tf.add(tf.mul(velocity, momentum), decayed);
    return { parameter: tf.sub(parameter, tf.mul(moved, rate)), moments: { velocity: moved } };
  },
});
