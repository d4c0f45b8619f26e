import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

/**
 * Bilinear resize.
 * @param x [n, h, w, C]
 * @param size [H, W] in pixels
 * @param alignCorners map corner pixels onto corner pixels; otherwise pixel centres lie at half-integers
 * @returns [n, H, W, C]
 */
export function resizeBilinear(x: tf.Tensor4D, size: readonly [number, number], alignCorners = false): tf.Tensor4D {
  const attributes: Attributes = { T: { type: 'float32' }, align_corners: alignCorners, half_pixel_centers: !alignCorners };
  return differentiable(
    [x],
    () => ({ value: kernel<tf.Rank.R4>('ResizeBilinear', attributes, [x, tf.tensor1d([...size], 'int32')]), saved: [x] }),
    (dy, [x]) => [kernel('ResizeBilinearGrad', attributes, [dy, x])],
  );
}
