import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';
import { spatialSize } from './spatial-size';

/**
 * Repeats one pixel over the area of another tensor. (The generic `broadcastTo` runs as a tile, whose gradient slices pixel by pixel.)
 * @param x [n, 1, 1, C]
 * @param area [·, H, W, ·]
 * @returns [n, H, W, C]
 */
export function broadcastSpatially(x: tf.Tensor4D, area: tf.Tensor4D): tf.Tensor4D {
  const [n, , , channels] = x.shape;
  const shape = tf.concat([tf.tensor1d([n], 'int32'), spatialSize(area), tf.tensor1d([channels], 'int32')]);
  return differentiable(
    [x],
    () => ({ value: kernel<tf.Rank.R4>('BroadcastTo', { T: { type: 'float32' }, Tidx: { type: 'int32' } }, [x, shape]), saved: [] }),
    (dy) => [tf.sum(dy, [1, 2], true)],
  );
}
