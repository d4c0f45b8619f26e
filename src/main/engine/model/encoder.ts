import type * as tf from '@tensorflow/tfjs-core';
import type { Pass } from './layers';
import type { VariableSpec } from './network';

/** The part of a network that comes with pretrained weights; its layers are named as in those, after `backbone.`. */
export interface Encoder {
  readonly specs: readonly VariableSpec[];
  /** Channels of the maps. */
  readonly channels: readonly number[];
  /** Pixels of the image that a cell of each map is wide and high, finest map first. */
  readonly strides: readonly number[];
  /**
   * @param x normalised image [n, H, W, 3]
   * @returns maps of different depths; their sizes are the image's over the strides, rounded up
   */
  maps(pass: Pass, x: tf.Tensor4D): tf.Tensor4D[];
}

/** Pixels of the image that a cell of the last map of a convolutional encoder is wide and high. */
export type OutputStride = 16 | 32;

/** Strides of convolutional encoders, whose maps are the last of each resolution. */
export const convolutionalStrides = (output: OutputStride): readonly number[] => [2, 4, 8, 16, output];
