import type * as tf from '@tensorflow/tfjs-core';
import type { Pass } from './layers';
import type { VariableSpec } from './network';

/** What makes one map of features of an encoder's maps. */
export interface Decoder {
  readonly specs: readonly VariableSpec[];
  /** Channels of the features. */
  readonly channels: number;
  /**
   * @param maps of the encoder, from 1/2 of the image's size on
   * @returns features at 1/4 of the image's size, [n, h, w, channels]
   */
  decode(pass: Pass, maps: readonly tf.Tensor4D[]): tf.Tensor4D;
}
