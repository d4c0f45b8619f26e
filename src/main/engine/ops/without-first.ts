import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';

/** All but the first along the second axis: [n, N, C] becomes [n, N − 1, C]. */
export function withoutFirst(x: tf.Tensor3D): tf.Tensor3D {
  const begin = tf.tensor1d([0, 1, 0], 'int32');
  const rest = tf.tensor1d([-1, -1, -1], 'int32');
  return differentiable(
    [x],
    () => ({
      value: kernel<tf.Rank.R3>('Slice', { T: { type: 'float32' }, Index: { type: 'int32' } }, [x, begin, rest]),
      saved: [],
    }),
    (dy) => [
      tf.pad(dy, [
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
    ],
  );
}
