import type * as tf from '@tensorflow/tfjs-core';
import type { Pass } from './layers';
import type { VariableSpec } from './network';

/** The part of the encoder that comes with pretrained weights; its layers are named as in those, after `backbone.`. */
export interface Backbone {
  readonly specs: readonly VariableSpec[];
  /** Channels of the two feature maps. */
  readonly lowChannels: number;
  readonly highChannels: number;
  /**
   * @param x normalised image [n, H, W, 3]
   * @returns features at 1/4 and at 1/16 of the image's size, rounded up
   */
  features(pass: Pass, x: tf.Tensor4D): { readonly low: tf.Tensor4D; readonly high: tf.Tensor4D };
}
