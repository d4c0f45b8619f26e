import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel';

const ATTRIBUTES = { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } } as const;

/**
 * Normal numbers of mean 0 and deviation 1 that depend on the seed alone (Philox), so that a recorded step can draw them.
 * @param seed int32 [2]
 */
export function seededNormal<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: tf.Tensor1D): tf.Tensor<R> {
  return kernel<R>('StatelessRandomNormal', ATTRIBUTES, [tf.tensor1d(shape as number[], 'int32'), seed]);
}

/** Uniform numbers in [0, 1), likewise. */
export function seededUniform<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: tf.Tensor1D): tf.Tensor<R> {
  return kernel<R>('StatelessRandomUniform', ATTRIBUTES, [tf.tensor1d(shape as number[], 'int32'), seed]);
}
