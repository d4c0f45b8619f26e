import * as tf from '@tensorflow/tfjs-core';

const SMALLEST_LENGTH = 1e-12;

/**
 * Eq. 4: d = (1 + z·zᵖ) / 2 with z and zᵖ brought to unit length: how far pruning leaves the embedding alone. An embedding of zeros
 * gives d = ½.
 * @param teacher z of any length, [n, h, w, E]
 * @param pruned zᵖ of any length, [n, h, w, E]
 * @returns d in [0, 1], [n, h, w, 1]
 */
export function similarity(teacher: tf.Tensor4D, pruned: tf.Tensor4D): tf.Tensor4D {
  const dot = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D => tf.sum(tf.mul(a, b), 3, true);
  const lengths = tf.sqrt(tf.mul(dot(teacher, teacher), dot(pruned, pruned)));
  return tf.div(tf.add(tf.div(dot(teacher, pruned), tf.maximum(lengths, SMALLEST_LENGTH)), 1), 2);
}

/**
 * Eq. 5: s = p̃ · d^β.
 * @param confidence p̃ in ]0, 1], [n, H, W]
 * @param d in [0, 1], [n, H, W]
 * @param beta β ≥ 0, scalar
 * @returns s in [0, 1], [n, H, W]
 */
export function refinedScore(confidence: tf.Tensor3D, d: tf.Tensor3D, beta: tf.Scalar): tf.Tensor3D {
  return tf.mul(confidence, tf.pow(tf.clipByValue(d, 0, 1), beta));
}

/**
 * Eq. 6: ω = 1 where s ≥ γ, else 0.
 * @param score s, [n, H, W]
 * @param gamma γ, scalar
 * @returns float32 [n, H, W]
 */
export function indicator(score: tf.Tensor3D, gamma: tf.Scalar): tf.Tensor3D {
  return tf.cast(tf.greaterEqual(score, gamma), 'float32');
}
