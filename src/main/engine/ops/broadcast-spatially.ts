import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';

/**
 * Repeats one pixel over an area. (The generic `broadcastTo` runs as a tile, whose gradient slices pixel by pixel.)
 * @param x [n, 1, 1, C]
 * @param size [H, W] in pixels
 * @returns [n, H, W, C]
 */
export function broadcastSpatially(x: tf.Tensor4D, [height, width]: readonly [number, number]): tf.Tensor4D {
  const shape = tf.tensor1d([x.shape[0], height, width, x.shape[3]], 'int32');
  return differentiable(
    [x],
    () => ({ value: kernel<tf.Rank.R4>('BroadcastTo', { T: { type: 'float32' }, Tidx: { type: 'int32' } }, [x, shape]), saved: [] }),
    (dy) => [tf.sum(dy, [1, 2], true)],
  );
}
