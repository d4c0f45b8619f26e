import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel';

/**
 * Images in another size, as `sharp` resizes them with its linear kernel: where they shrink, every pixel counts, so that no fine pattern
 * turns into a coarse one. Without a gradient.
 * @param x [n, h, w, C]
 * @param size [H, W] in pixels
 * @returns [n, H, W, C]
 */
export function resized(x: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  const scale = [size[0] / x.shape[1], size[1] / x.shape[2]];
  const attributes = { T: { type: 'float32' }, kernel_type: 'triangle', antialias: true } as const;
  return kernel('ScaleAndTranslate', attributes, [x, tf.tensor1d([...size], 'int32'), tf.tensor1d(scale), tf.tensor1d([0, 0])]);
}
