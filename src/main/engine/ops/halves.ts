import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';

/**
 * The first and the second half along the first axis. (The generic split gives a half that is not used a gradient of zeros, at full
 * size.)
 * @param x [2n, ...]
 * @returns two of [n, ...]
 */
export function halves<R extends tf.Rank>(x: tf.Tensor<R>): [tf.Tensor<R>, tf.Tensor<R>] {
  const [whole = 0, ...rest] = x.shape;
  const n = whole / 2;
  const half = (from: number): tf.Tensor<R> => {
    const begin = tf.tensor1d([from, ...rest.map(() => 0)], 'int32');
    const size = tf.tensor1d([n, ...rest], 'int32');
    const paddings = tf.tensor2d([from, n - from, ...rest.flatMap(() => [0, 0])], [x.rank, 2], 'int32');
    return differentiable(
      [x],
      () => ({ value: kernel<R>('Slice', { T: { type: 'float32' }, Index: { type: 'int32' } }, [x, begin, size]), saved: [paddings] }),
      (dy, [paddings]) => [kernel('Pad', { T: { type: 'float32' }, Tpaddings: { type: 'int32' } }, [dy, paddings])],
    );
  };
  return [half(0), half(n)];
}
