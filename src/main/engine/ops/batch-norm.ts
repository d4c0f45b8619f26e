import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernelOutputs } from './kernel';

/** A batch-normalised tensor and the statistics it was normalised by. */
export interface Normalised {
  /** [n, h, w, C] */
  readonly y: tf.Tensor4D;
  /** Mean of the batch, [C]; no gradient. */
  readonly mean: tf.Tensor1D;
  /** Unbiased variance of the batch, [C], as running statistics want it; no gradient. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation by the statistics of the batch: y = γ (x − mean) / √(var + ε) + β, var biased.
 * @param x [n, h, w, C]
 * @param gamma [C]
 * @param beta [C]
 */
export function batchNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): Normalised {
  const attributes: Attributes = {
    T: { type: 'float32' },
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: 'NHWC',
    is_training: true,
  };
  const none = tf.tensor1d([], 'float32'); // the kernel's own statistics take the place of given ones
  const [value, mean, variance, r1, r2, r3] = kernelOutputs('FusedBatchNormV3', attributes, [x, gamma, beta, none, none], 6);
  const y = differentiable(
    [x, gamma, beta],
    () => ({ value: value as tf.Tensor4D, saved: [x, gamma, r1, r2, r3] }),
    (dy, [x, gamma, ...reserved]) => kernelOutputs('FusedBatchNormGradV3', attributes, [dy, x, gamma, ...reserved], 5).slice(0, 3),
  );
  return { y, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/**
 * Batch normalisation by given (running) statistics; no gradient flows through it.
 * @param x [n, h, w, C]
 * @param gamma [C]
 * @param beta [C]
 * @param mean [C]
 * @param variance [C]
 */
export function batchNormInference(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  epsilon: number,
): tf.Tensor4D {
  const attributes: Attributes = {
    T: { type: 'float32' },
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: 'NHWC',
    is_training: false,
  };
  const [y] = kernelOutputs('FusedBatchNormV3', attributes, [x, gamma, beta, mean, variance], 6);
  return y as tf.Tensor4D;
}
