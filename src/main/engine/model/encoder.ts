import type * as tf from '@tensorflow/tfjs-core';
import type { Pass } from './layers';
import type { VariableSpec } from './network';

/** The part of a network that comes with pretrained weights; its layers are named as in those, after `backbone.`. */
export interface Encoder {
  readonly specs: readonly VariableSpec[];
  /** Channels of the five maps. */
  readonly channels: readonly number[];
  /**
   * @param x normalised image [n, H, W, 3]
   * @returns the last map of each resolution: 1/2, 1/4, 1/8, 1/16 and 1/32 of the image's size, rounded up; the last at 1/16 where
   *   the output stride is 16
   */
  maps(pass: Pass, x: tf.Tensor4D): tf.Tensor4D[];
}

/** Pixels of the image that a cell of the encoder's last map is wide and high. */
export type OutputStride = 16 | 32;
