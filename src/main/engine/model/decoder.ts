import type * as tf from '@tensorflow/tfjs-core';
import type { Pass } from './layers';
import type { VariableSpec } from './network';

/** What makes one map of features of an encoder's maps. */
export interface Decoder {
  readonly specs: readonly VariableSpec[];
  /** Channels of the features. */
  readonly channels: number;
  /** Pixels of the image that a cell of them is wide and high. */
  readonly stride: number;
  /**
   * @param maps of the encoder
   * @returns features, [n, h, w, channels]
   */
  decode(pass: Pass, maps: readonly tf.Tensor4D[]): tf.Tensor4D;
}
