import * as tf from '@tensorflow/tfjs-core';

/** What a teacher says of each pixel. */
export interface PseudoLabels {
  /** p̃: the largest softmax probability, [n, H, W]. */
  readonly confidence: tf.Tensor3D;
  /** Its class, int32 [n, H, W]. */
  readonly labels: tf.Tensor3D;
}

/** @param logits of the teacher, [n, H, W, K] */
export function pseudoLabels(logits: tf.Tensor4D): PseudoLabels {
  return { confidence: tf.max(tf.softmax(logits), 3), labels: tf.argMax(logits, 3) };
}

/** What a teacher says who has seen each pixel in several views: by its mean probabilities. @param logits of each view, [n, H, W, K] */
export function agreedLabels(logits: readonly tf.Tensor4D[]): PseudoLabels {
  const sum = tf.addN(logits.map((each) => tf.softmax(each)));
  return { confidence: tf.div<tf.Tensor3D>(tf.max(sum, 3), logits.length), labels: tf.argMax(sum, 3) };
}
