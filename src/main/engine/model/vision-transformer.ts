import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../ops/attention';
import { conv2d } from '../ops/conv2d';
import { biasAdd } from '../ops/bias-add';
import { dense } from '../ops/dense';
import { gelu } from '../ops/gelu';
import { interpolatePositions } from '../ops/interpolate-positions';
import { layerNorm } from '../ops/layer-norm';
import { reshape, shapeOf } from '../ops/reshape';
import { withoutFirst } from '../ops/without-first';
import type { VisionTransformerSize } from './backbones/description';
import type { Encoder } from './encoder';
import type { Pass } from './layers';
import type { Kind, Lookup, VariableSpec } from './network';

/** Of the hidden layer of a block over the tokens. */
const EXPANSION = 4;
const EPSILON = 1e-6;

/** A piece of the network on the tokens of all images, one a row: [n · N, C]. */
interface TokenLayer {
  readonly specs: readonly VariableSpec[];
  apply(lookup: Lookup, x: tf.Tensor2D): tf.Tensor2D;
}

/**
 * Vision transformer (Dosovitskiy et al. 2021) as DINOv2 has it (Oquab et al. 2024): a class token, layer scale, GELU by erf; positions
 * interpolated to any grid, see {@link interpolatePositions}. Maps are what patches are after some of the blocks, by the last
 * normalisation, the class token left out.
 */
export function visionTransformer({ width, depth, heads, patch, grid, blocks: kept }: VisionTransformerSize): Encoder {
  const embedding = (name: string, tokens: number): VariableSpec => spec(name, [1, tokens, width], 'embedding');
  const [token, positions] = [embedding('cls_token', 1), embedding('pos_embed', 1 + grid ** 2)];
  const [kernel, bias] = [
    spec('patch_embed.proj.kernel', [patch, patch, 3, width], 'kernel'),
    spec('patch_embed.proj.bias', [width], 'bias'),
  ];
  const blocks = Array.from({ length: depth }, (_, i) => block(`blocks.${i}`, width, heads));
  const norm = normalisation('norm', width);

  /** [n, h, w, C] */
  const patchesOf = ({ lookup }: Pass, x: tf.Tensor4D): tf.Tensor4D => {
    const patches = conv2d(x, lookup(kernel.name) as tf.Tensor4D, { stride: patch, padding: 0 });
    return biasAdd(patches, lookup(bias.name) as tf.Tensor1D);
  };
  /** The tokens that the first block gets, the class token first: [n, N, C]. */
  const tokensOf = ({ lookup }: Pass, patches: tf.Tensor4D): tf.Tensor3D => {
    const [n] = patches.shape;
    const learnt = lookup(positions.name) as tf.Tensor3D;
    const places = tf.reshape<tf.Rank.R3>(tf.slice(learnt, [0, 1, 0], [1, grid ** 2, width]), [grid, grid, width]);
    const placed = tf.add<tf.Tensor4D>(patches, interpolatePositions(places, patches));
    const first = tf.add(lookup(token.name), tf.slice(learnt, [0, 0, 0], [1, 1, width]));
    return tf.concat([tf.tile<tf.Tensor3D>(first as tf.Tensor3D, [n, 1, 1]), reshape<tf.Rank.R3>(placed, [n, -1, width])], 1);
  };
  return {
    specs: [token, positions, kernel, bias, ...blocks.flatMap(({ specs }) => specs), ...norm.specs],
    channels: kept.map(() => width),
    strides: kept.map(() => patch),
    maps(pass, x) {
      const { lookup } = pass;
      const [n] = x.shape;
      const patches = patchesOf(pass, x);
      const maps: tf.Tensor4D[] = [];
      let tokens = reshape<tf.Rank.R2>(tokensOf(pass, patches), [-1, width]);
      for (const [i, each] of blocks.slice(0, Math.max(...kept) + 1).entries()) {
        tokens = each.apply(lookup, tokens, n);
        if (!kept.includes(i)) continue;
        const all = reshape<tf.Rank.R3>(norm.apply(lookup, tokens), [n, -1, width]);
        maps.push(reshape(withoutFirst(all), shapeOf(patches)));
      }
      return maps;
    },
  };
}

interface Block {
  readonly specs: readonly VariableSpec[];
  /** @param n images that the tokens are of */
  apply(lookup: Lookup, x: tf.Tensor2D, n: number): tf.Tensor2D;
}

function block(name: string, width: number, heads: number): Block {
  const [before, between] = [normalisation(`${name}.norm1`, width), normalisation(`${name}.norm2`, width)];
  const [project, merge] = [matrix(`${name}.attn.qkv`, width, 3 * width), matrix(`${name}.attn.proj`, width, width)];
  const [widen, narrow] = [matrix(`${name}.mlp.fc1`, width, EXPANSION * width), matrix(`${name}.mlp.fc2`, EXPANSION * width, width)];
  const [first, second] = [spec(`${name}.ls1.gamma`, [width], 'scale'), spec(`${name}.ls2.gamma`, [width], 'scale')];
  const pieces = [before, project, merge, between, widen, narrow];
  return {
    specs: [...pieces.flatMap(({ specs }) => specs), first, second],
    apply(lookup, x, n) {
      const scaled = (y: tf.Tensor2D, { name }: VariableSpec): tf.Tensor2D => tf.mul(y, lookup(name));
      const projected = reshape<tf.Rank.R3>(project.apply(lookup, before.apply(lookup, x)), [n, -1, 3 * width]);
      const looked = reshape<tf.Rank.R2>(attention(projected, heads), [-1, width]);
      const middle = tf.add<tf.Tensor2D>(x, scaled(merge.apply(lookup, looked), first));
      const hidden = gelu(widen.apply(lookup, between.apply(lookup, middle)));
      return tf.add(middle, scaled(narrow.apply(lookup, hidden), second));
    },
  };
}

function matrix(name: string, from: number, to: number): TokenLayer {
  const [kernel, bias] = [spec(`${name}.kernel`, [from, to], 'kernel'), spec(`${name}.bias`, [to], 'bias')];
  return {
    specs: [kernel, bias],
    apply: (lookup, x) => dense(x, lookup(kernel.name) as tf.Tensor2D, lookup(bias.name) as tf.Tensor1D),
  };
}

function normalisation(name: string, width: number): TokenLayer {
  const [gamma, beta] = [spec(`${name}.gamma`, [width], 'gamma'), spec(`${name}.beta`, [width], 'beta')];
  return {
    specs: [gamma, beta],
    apply: (lookup, x) => layerNorm(x, lookup(gamma.name) as tf.Tensor1D, lookup(beta.name) as tf.Tensor1D, EPSILON),
  };
}

function spec(name: string, shape: readonly number[], kind: Kind): VariableSpec {
  return { name: `backbone.${name}`, shape, kind, part: 'backbone' };
}
