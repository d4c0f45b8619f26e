import * as tf from '@tensorflow/tfjs-core';
import type { Normalisation } from '../model/backbones/description';

/**
 * Images as a backbone wants them. Where the channels are treated alike numbers take the place of vectors, which TensorFlow is six times as fast with.
 * @param image RGB, 0…255, [n, H, W, 3]
 */
export function normalised(image: tf.Tensor, { mean, deviation }: Normalisation): tf.Tensor4D {
  const operand = (channels: Normalisation['mean']): tf.Tensor =>
    channels.every((each) => each === channels[0]) ? tf.scalar(channels[0]) : tf.tensor1d([...channels]);
  return tf.div(tf.sub(image, operand(mean)), operand(deviation));
}
