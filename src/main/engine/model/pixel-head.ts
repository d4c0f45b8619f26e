import { CELL } from '@shared/run';
import * as tf from '@tensorflow/tfjs-core';
import { biasAdd } from '../ops/bias-add';
import { conv2d } from '../ops/conv2d';
import { relu } from '../ops/relu';
import { resizeBilinear } from '../ops/resize-bilinear';
import { spatialSize } from '../ops/spatial-size';
import type { Decoder } from './decoder';
import type { Encoder } from './encoder';
import type { VariableSpec } from './network';

/** Numbers in the hidden layer. */
export const HIDDEN = 128;

/**
 * One hidden layer on the features of all depths beside each other. Since a bilinear interpolation may come after a linear map as well as
 * before it, whole images are decoded map by map, each at its own resolution, without ever making the wide features. The result has the
 * resolution of the finest map whose cells are no smaller than {@link CELL}.
 */
export function pixelHead({ channels: maps, strides }: Pick<Encoder, 'channels' | 'strides'>): Decoder {
  const own = strides.findIndex((stride) => stride >= CELL);
  const stride = strides[own]!;
  const kernel = (name: string, from: number): VariableSpec => ({
    name: `decoder.${name}.kernel`,
    shape: [1, 1, from, HIDDEN],
    kind: 'kernel',
    part: 'decoder',
  });
  const kernels = maps.map((channels, i) => kernel(`map.${i}`, channels));
  const whole = kernel('whole', maps[maps.length - 1]!);
  const bias: VariableSpec = { name: 'decoder.whole.bias', shape: [HIDDEN], kind: 'bias', part: 'decoder' };
  return {
    specs: [...kernels, whole, bias],
    channels: HIDDEN,
    stride,
    decode({ lookup }, encoded) {
      const size = spatialSize(encoded[own]!);
      const last = encoded[encoded.length - 1]!;
      const parts = encoded.map((map, i) => {
        const kernel = lookup(kernels[i]!.name) as tf.Tensor4D;
        // Whichever comes first, it is the smaller map that gets the many channels.
        if (strides[i]! < stride) return conv2d(resizeBilinear(map, size), kernel);
        const part = conv2d(map, kernel);
        return strides[i] === stride ? part : resizeBilinear(part, size);
      });
      const everywhere = conv2d(tf.mean<tf.Tensor4D>(last, [1, 2], true), lookup(whole.name) as tf.Tensor4D);
      return relu(biasAdd(tf.add(tf.addN(parts) as tf.Tensor4D, everywhere), lookup(bias.name) as tf.Tensor1D));
    },
  };
}
