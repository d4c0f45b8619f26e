import type * as tf from '@tensorflow/tfjs-core';
import { biasAdd } from './bias-add';
import { differentiable } from './kernel';
import { matMul } from './mat-mul';

/**
 * x · w + bias.
 * @param x [rows, C]
 * @param w [C, O]
 * @param bias [O]
 * @returns [rows, O]
 */
export function dense(x: tf.Tensor2D, w: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const product = differentiable(
    [x, w],
    () => ({ value: matMul<tf.Rank.R2>(x, w), saved: [x, w] }),
    (dy, [x, w]) => [matMul(dy, w!, { transposeB: true }), matMul(x!, dy, { transposeA: true })],
  );
  return biasAdd(product, bias);
}
