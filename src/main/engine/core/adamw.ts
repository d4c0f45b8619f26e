import * as tf from '@tensorflow/tfjs-core';
import type { Optimiser } from './optimiser';

/** Decay of both moments, and what keeps a step finite: the defaults of the paper and of PyTorch. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Scalars of one step. */
export interface AdamWRates {
  /** Learning rate. */
  readonly rate: tf.Scalar;
  /** {@link biasCorrections} of the step. */
  readonly first: tf.Scalar;
  readonly second: tf.Scalar;
}

/**
 * What both moments are divided by, since they begin at 0: 1 − β^(step + 1).
 * @param step 0, 1, …
 */
export function biasCorrections(step: number): { readonly first: number; readonly second: number } {
  return { first: 1 - BETA1 ** (step + 1), second: 1 - BETA2 ** (step + 1) };
}

export const ADAMW_MOMENTS = ['velocity', 'square'] as const;

/**
 * AdamW (Loshchilov and Hutter 2019): m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * θ ← θ − lr (λ θ + (m / first) / (√(v / second) + ε)).
 * @param weightDecay λ: the parameter shrinks by rate · λ a step, apart from the gradient
 */
export const adamW = ({ weightDecay }: { readonly weightDecay: number }): Optimiser<'velocity' | 'square', AdamWRates> => ({
  moments: ADAMW_MOMENTS,
  update(parameter, { velocity, square }, gradient, { rate, first, second }) {
    const m = tf.add(tf.mul(velocity, BETA1), tf.mul(gradient, 1 - BETA1));
    const v = tf.add(tf.mul(square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    const direction = tf.div(tf.div(m, first), tf.add(tf.sqrt(tf.div(v, second)), EPSILON));
    const moved = tf.sub(parameter, tf.mul(tf.add(direction, tf.mul(parameter, weightDecay)), rate));
    return { parameter: moved, moments: { velocity: m, square: v } };
  },
});
