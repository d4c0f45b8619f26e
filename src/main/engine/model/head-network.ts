import * as tf from '@tensorflow/tfjs-core';
import { classifier } from './heads';
import type { Pass } from './layers';
import { BATCH_NORM_MOMENTUM } from './create';
import { classified, type Lookup, type Mode, type Output, type VariableSpec } from './network';
import { HIDDEN } from './pixel-head';
import { biasAdd } from '../ops/bias-add';
import { relu } from '../ops/relu';

/** The pixel head by itself, on single pixels: see `pixelHead`, whose first layer is here a single matrix. */
export interface HeadNetwork {
  readonly specs: readonly VariableSpec[];
  /** Numbers of a pixel. */
  readonly inputs: number;
  /** K. */
  readonly classes: number;
  readonly batchNormMomentum: (layer: string) => number;
  /**
   * @param x [B, inputs]
   * @returns [1, B, 1, ·]
   */
  forward(lookup: Lookup, x: tf.Tensor2D, mode: Mode): Output;
}

export const FIRST_KERNEL = 'decoder.hidden.kernel';
export const FIRST_BIAS = 'decoder.hidden.bias';

/** @param inputs numbers of a pixel */
export function createHeadNetwork(inputs: number, classes: number): HeadNetwork {
  const kernel: VariableSpec = { name: FIRST_KERNEL, shape: [1, 1, inputs, HIDDEN], kind: 'kernel', part: 'decoder' };
  const bias: VariableSpec = { name: FIRST_BIAS, shape: [HIDDEN], kind: 'bias', part: 'decoder' };
  const classify = classifier(HIDDEN, classes);
  return {
    specs: [kernel, bias, ...classify.specs],
    inputs,
    classes,
    batchNormMomentum: () => BATCH_NORM_MOMENTUM,
    forward(lookup, x, mode) {
      const pass: Pass = { lookup, mode };
      const sums = tf.matMul(x, tf.reshape<tf.Rank.R2>(lookup(kernel.name), [inputs, HIDDEN]));
      const hidden = relu(biasAdd(tf.reshape<tf.Rank.R4>(sums, [1, x.shape[0], 1, HIDDEN]), lookup(bias.name) as tf.Tensor1D));
      return { logits: classify.apply(pass, classified(mode, hidden)), embedding: hidden };
    },
  };
}
