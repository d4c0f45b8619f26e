import { CELL } from '@shared/run';
import * as tf from '@tensorflow/tfjs-core';
import { broadcastSpatially } from '../ops/broadcast-spatially';
import { relu } from '../ops/relu';
import { resizeBilinear } from '../ops/resize-bilinear';
import { spatialSize } from '../ops/spatial-size';
import type { Decoder } from './decoder';
import { type Layer, normalisedConvolution, pointwise, sequence } from './layers';

export interface DeepLabSize {
  /** Channels of the pyramid and of the decoder's output. */
  readonly channels: number;
  /** Channels the low-level features are reduced to. */
  readonly lowChannels: number;
  /** Dilations of the pyramid's 3×3 convolutions. */
  readonly rates: readonly [number, number, number];
}

/** The decoder of the DeepLabV3+ paper, and one small enough for a CPU. */
export const DEEPLAB_SIZES = {
  paper: { channels: 256, lowChannels: 48, rates: [6, 12, 18] },
  small: { channels: 96, lowChannels: 32, rates: [3, 6, 9] },
} as const satisfies Record<string, DeepLabSize>;

/** The maps that it takes: those at 1/4 and at 1/16. */
const LOW = 1;
const HIGH = 4;

/**
 * DeepLabV3+ (Chen et al. 2018): atrous spatial pyramid pooling over the high features, joined with the low ones.
 * @param maps channels of the encoder's maps
 */
export function deepLabDecoder({ channels, lowChannels, rates }: DeepLabSize, maps: readonly number[]): Decoder {
  const [low, high] = [maps[LOW]!, maps[HIGH]!];
  const convolution = (name: string, from: number, to: number, size = 1, dilation = 1): Layer =>
    normalisedConvolution({
      name: `decoder.${name}.conv`,
      norm: `decoder.${name}.norm`,
      part: 'decoder',
      from,
      to,
      size,
      dilation,
      activation: 'relu',
      epsilon: 1e-5,
    });
  const pyramid = [
    convolution('pyramid.0', high, channels),
    ...rates.map((rate, i) => convolution(`pyramid.${i + 1}`, high, channels, 3, rate)),
  ];
  const context = pointwise('decoder.context', 'decoder', high, channels);
  const mix = convolution('mix', channels * (pyramid.length + 1), channels);
  const reduce = convolution('low', low, lowChannels);
  const fuse = sequence(convolution('fuse.0', channels + lowChannels, channels, 3), convolution('fuse.1', channels, channels, 3));
  return {
    specs: [...pyramid, context, mix, reduce, fuse].flatMap((layer) => layer.specs),
    channels,
    stride: CELL,
    decode(pass, maps) {
      const [low, high] = [maps[LOW]!, maps[HIGH]!];
      const whole = relu(context.apply(pass, tf.mean<tf.Tensor4D>(high, [1, 2], true)));
      const branches = [...pyramid.map((layer) => layer.apply(pass, high)), broadcastSpatially(whole, high)];
      const mixed = resizeBilinear(mix.apply(pass, tf.concat(branches, 3)), spatialSize(low));
      return fuse.apply(pass, tf.concat([mixed, reduce.apply(pass, low)], 3));
    },
  };
}
