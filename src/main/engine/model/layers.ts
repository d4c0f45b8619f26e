import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, batchNormInference } from '../ops/batch-norm';
import { biasAdd } from '../ops/bias-add';
import { conv2d, type ConvolutionOptions } from '../ops/conv2d';
import { depthwiseConv2d } from '../ops/depthwise-conv2d';
import { relu, relu6 } from '../ops/relu';
import type { Lookup, Mode, Part, VariableSpec } from './network';

/** One forward pass: whose variables it reads, and how batch normalisation behaves. */
export interface Pass {
  readonly lookup: Lookup;
  readonly mode: Mode;
}

/** A piece of a network: the variables it reads, and what it does to a tensor [n, h, w, C]. */
export interface Layer {
  readonly specs: readonly VariableSpec[];
  apply(pass: Pass, x: tf.Tensor4D): tf.Tensor4D;
}

export interface NormalisedConvolution extends ConvolutionOptions {
  /** Name of the convolution's layer, and of its batch normalisation's. */
  readonly name: string;
  readonly norm: string;
  readonly part: Part;
  /** Channels in and out. */
  readonly from: number;
  readonly to: number;
  /** Side of the kernel, pixels. */
  readonly size: number;
  readonly activation: 'relu' | 'relu6' | 'none';
  /** Added to the variance by the batch normalisation. */
  readonly epsilon: number;
}

/** Convolution without bias, batch normalisation, activation. */
export function normalisedConvolution(options: NormalisedConvolution): Layer {
  const { name, part, from, to, size } = options;
  return normalised(options, { name: `${name}.kernel`, shape: [size, size, from, to], kind: 'kernel', part }, (x, kernel) =>
    conv2d(x, kernel, options),
  );
}

/** Depthwise convolution without bias, batch normalisation, activation. */
export function normalisedDepthwise(options: Omit<NormalisedConvolution, 'to' | 'padding'>): Layer {
  const { name, part, from, size, stride, dilation } = options;
  return normalised(
    { ...options, to: from },
    { name: `${name}.kernel`, shape: [size, size, from, 1], kind: 'depthwise', part },
    (x, kernel) => depthwiseConv2d(x, kernel, stride, dilation),
  );
}

function normalised(
  { norm, part, to, activation, epsilon }: NormalisedConvolution,
  kernel: VariableSpec,
  convolve: (x: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D,
): Layer {
  const perChannel = (['gamma', 'beta', 'mean', 'variance'] as const).map((kind) => ({ name: `${norm}.${kind}`, shape: [to], kind, part }));
  return {
    specs: [kernel, ...perChannel],
    apply({ lookup, mode }, x) {
      const weights = lookup(kernel.name) as tf.Tensor4D;
      const [gamma, beta, mean, variance] = perChannel.map(({ name }) => lookup(name) as tf.Tensor1D) as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      if (mode.kind !== 'train') {
        // The kernel of normalisation by known statistics has no gradient.
        if (mode.kind === 'infer' && weights.size > x.size)
          return activate(activation, batchNormInference(convolve(x, weights), gamma, beta, mean, variance, epsilon));
        // Batch normalisation by known statistics is linear, so it moves into the kernel, where that is the smaller or learns, and a bias.
        const scale = tf.mul<tf.Tensor1D>(gamma, tf.rsqrt(tf.add(variance, epsilon)));
        const folded = tf.mul<tf.Tensor4D>(weights, kernel.kind === 'depthwise' ? tf.reshape(scale, [to, 1]) : scale);
        return activate(activation, biasAdd(convolve(x, folded), tf.sub(beta, tf.mul(mean, scale))));
      }
      const normalised = batchNorm(convolve(x, weights), gamma, beta, epsilon);
      mode.onStatistics(norm, normalised.mean, normalised.variance);
      return activate(activation, normalised.y);
    },
  };
}

/** 1×1 convolution with a bias. */
export function pointwise(name: string, part: Part, from: number, to: number): Layer {
  return {
    specs: [
      { name: `${name}.kernel`, shape: [1, 1, from, to], kind: 'kernel', part },
      { name: `${name}.bias`, shape: [to], kind: 'bias', part },
    ],
    apply({ lookup }, x) {
      return biasAdd(conv2d(x, lookup(`${name}.kernel`) as tf.Tensor4D), lookup(`${name}.bias`) as tf.Tensor1D);
    },
  };
}

/** Layers one after the other. */
export function sequence(...layers: readonly Layer[]): Layer {
  return {
    specs: layers.flatMap((layer) => layer.specs),
    apply: (pass, x) => layers.reduce((value, layer) => layer.apply(pass, value), x),
  };
}

function activate(activation: NormalisedConvolution['activation'], x: tf.Tensor4D): tf.Tensor4D {
  if (activation === 'none') return x;
  return activation === 'relu' ? relu(x) : relu6(x);
}
