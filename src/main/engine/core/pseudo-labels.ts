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

/** What a teacher says who has seen each pixel in several views: by its mean probabilities. @param probabilities in each view, [n, H, W, K] */
export function agreed(probabilities: readonly tf.Tensor4D[]): PseudoLabels & { readonly probabilities: tf.Tensor4D } {
  const mean = probabilities.length === 1 ? probabilities[0]! : tf.div<tf.Tensor4D>(tf.addN([...probabilities]), probabilities.length);
  return { probabilities: mean, confidence: tf.max(mean, 3), labels: tf.argMax(mean, 3) };
}
