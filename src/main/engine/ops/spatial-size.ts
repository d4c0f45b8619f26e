import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel';
import { shapeOf } from './reshape';

/**
 * Height and width, int32 [2]: found when a recorded graph runs, so that it takes images of any size.
 * @param x [n, H, W, C]
 */
export function spatialSize(x: tf.Tensor4D): tf.Tensor1D {
  const attributes = { T: { type: 'int32' }, Index: { type: 'int32' } } as const;
  return kernel('Slice', attributes, [shapeOf(x), tf.tensor1d([1], 'int32'), tf.tensor1d([2], 'int32')]);
}
