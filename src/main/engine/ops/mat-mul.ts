import type * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel';

export interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** The product of two matrices, without a gradient. tfjs takes the kernel for batches of them, which is slower. */
export function matMul<R extends tf.Rank = tf.Rank.R2>(
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeA = false, transposeB = false }: Transposed = {},
): tf.Tensor<R> {
  return kernel('MatMul', { T: { type: 'float32' }, transpose_a: transposeA, transpose_b: transposeB }, [a, b]);
}

/** The products of the matrices that the last two axes are, without a gradient; one matrix serves for a whole batch. */
export function batchMatMul<R extends tf.Rank = tf.Rank.R3>(
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeA = false, transposeB = false }: Transposed = {},
): tf.Tensor<R> {
  return kernel('BatchMatMulV2', { T: { type: 'float32' }, adj_x: transposeA, adj_y: transposeB }, [a, b]);
}
