import type * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

const ATTRIBUTES: Attributes = { T: { type: 'float32' }, data_format: 'NHWC' };

/**
 * x + bias along the last axis.
 * @param x [..., C]
 * @param bias [C]
 */
export function biasAdd<R extends tf.Rank>(x: tf.Tensor<R>, bias: tf.Tensor1D): tf.Tensor<R> {
  return differentiable(
    [x, bias],
    () => ({ value: kernel<R>('BiasAdd', ATTRIBUTES, [x, bias]), saved: [] }),
    (dy) => [dy, kernel('BiasAddGrad', ATTRIBUTES, [dy])],
  );
}
