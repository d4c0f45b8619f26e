import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';

/**
 * The first n along the first axis, and the others. (The generic split gives a part that is not used a gradient of zeros, at full
 * size.)
 * @param x [n + m, ...]
 * @returns [n, ...] and [m, ...]
 */
export function splitAt<R extends tf.Rank>(x: tf.Tensor<R>, n: number): [tf.Tensor<R>, tf.Tensor<R>] {
  const [whole = 0, ...rest] = x.shape;
  const part = (from: number, to: number): tf.Tensor<R> => {
    const begin = tf.tensor1d([from, ...rest.map(() => 0)], 'int32');
    const size = tf.tensor1d([to - from, ...rest], 'int32');
    const paddings = tf.tensor2d([from, whole - to, ...rest.flatMap(() => [0, 0])], [x.rank, 2], 'int32');
    return differentiable(
      [x],
      () => ({ value: kernel<R>('Slice', { T: { type: 'float32' }, Index: { type: 'int32' } }, [x, begin, size]), saved: [paddings] }),
      (dy, [paddings]) => [kernel('Pad', { T: { type: 'float32' }, Tpaddings: { type: 'int32' } }, [dy, paddings])],
    );
  };
  return [part(0, n), part(n, whole)];
}
