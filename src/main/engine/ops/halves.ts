import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';

/**
 * The first and the second half of a batch. (The generic split gives a half that is not used a gradient of zeros, at full size.)
 * @param x [2n, h, w, C]
 * @returns two of [n, h, w, C]
 */
export function halves(x: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const n = x.shape[0] / 2;
  const half = (from: number): tf.Tensor4D => {
    const begin = tf.tensor1d([from, 0, 0, 0], 'int32');
    const size = tf.tensor1d([n, -1, -1, -1], 'int32');
    const paddings = tf.tensor2d([from, n - from, 0, 0, 0, 0, 0, 0], [4, 2], 'int32');
    return differentiable(
      [x],
      () => ({
        value: kernel<tf.Rank.R4>('Slice', { T: { type: 'float32' }, Index: { type: 'int32' } }, [x, begin, size]),
        saved: [paddings],
      }),
      (dy, [paddings]) => [kernel('Pad', { T: { type: 'float32' }, Tpaddings: { type: 'int32' } }, [dy, paddings])],
    );
  };
  return [half(0), half(n)];
}
