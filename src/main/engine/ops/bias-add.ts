import type * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

const ATTRIBUTES: Attributes = { T: { type: 'float32' }, data_format: 'NHWC' };

/**
 * x + bias along the last axis.
 * @param x [n, h, w, C]
 * @param bias [C]
 */
export function biasAdd(x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return differentiable(
    [x, bias],
    () => ({ value: kernel<tf.Rank.R4>('BiasAdd', ATTRIBUTES, [x, bias]), saved: [] }),
    (dy) => [dy, kernel('BiasAddGrad', ATTRIBUTES, [dy])],
  );
}
