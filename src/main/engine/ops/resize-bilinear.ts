import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

/**
 * Bilinear resize.
 * @param x [n, h, w, C]
 * @param size [H, W] in pixels, or a tensor of them, see `spatialSize`
 * @param alignCorners map corner pixels onto corner pixels; otherwise pixel centres lie at half-integers
 * @returns [n, H, W, C]
 */
export function resizeBilinear(x: tf.Tensor4D, size: readonly [number, number] | tf.Tensor1D, alignCorners = false): tf.Tensor4D {
  const attributes: Attributes = { T: { type: 'float32' }, align_corners: alignCorners, half_pixel_centers: !alignCorners };
  const sides = size instanceof tf.Tensor ? size : tf.tensor1d([...size], 'int32');
  return differentiable(
    [x],
    () => ({ value: kernel<tf.Rank.R4>('ResizeBilinear', attributes, [x, sides]), saved: [x] }),
    (dy, [x]) => [kernel('ResizeBilinearGrad', attributes, [dy, x])],
  );
}
