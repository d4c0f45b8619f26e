import * as tf from '@tensorflow/tfjs-core';
import type { EfficientNetLiteSize } from './backbones/description';
import { type Layer, normalisedConvolution, normalisedDepthwise, type Pass, sequence } from './layers';
import { convolutionalStrides, type Encoder, type OutputStride } from './encoder';

/** Stages of EfficientNet-Lite0: blocks, depthwise kernel, stride of the first block, expansion, channels out. */
const STAGES = [
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
] as const;

const STEM = 32;
/** Channels are multiples of this. */
const DIVISOR = 8;
const EPSILON = 1e-3;
const COMMON = { part: 'backbone', activation: 'relu6', epsilon: EPSILON } as const;

export interface EfficientNetLite extends Encoder {
  /** Output of each block, [n, h, w, C]. */
  blocks(pass: Pass, x: tf.Tensor4D): tf.Tensor4D[];
}

/**
 * EfficientNet-Lite (Tan and Le 2019, without squeeze-and-excitation and with ReLU6) up to its last block.
 * @param outputStride 32 as published; 16 keeps the last stages at the resolution of the one before, the blocks after the
 *   dropped stride dilated by 2
 */
export function efficientNetLite({ width, depth }: EfficientNetLiteSize, outputStride: OutputStride): EfficientNetLite {
  const stem = normalisedConvolution({
    ...COMMON,
    name: 'backbone._conv_stem',
    norm: 'backbone._bn0',
    from: 3,
    to: STEM,
    size: 3,
    stride: 2,
  });
  const layers: Layer[] = [];
  /** The last block of each resolution, and its channels. */
  const last: { block: number; channels: number }[] = [];
  let from = STEM;
  let reached = 2;
  let dilation = 1;
  STAGES.forEach(([count, size, firstStride, expansion, channels], stage) => {
    const to = roundChannels(channels * width);
    const outer = stage === 0 || stage === STAGES.length - 1;
    const dropped = firstStride === 2 && reached === outputStride;
    if (firstStride === 2 && !dropped) reached *= 2;
    for (let i = 0; i < (outer ? count : Math.ceil(count * depth)); i++) {
      const stride = i === 0 && !dropped ? firstStride : 1;
      layers.push(invertedBottleneck(layers.length, from, to, size, stride, expansion, dilation));
      from = to;
      if (dropped) dilation = 2;
    }
    if (firstStride === 1 && stage > 0) last.pop();
    last.push({ block: layers.length - 1, channels: to });
  });
  const blocks = (pass: Pass, x: tf.Tensor4D): tf.Tensor4D[] => {
    const outputs: tf.Tensor4D[] = [];
    layers.reduce(
      (value, layer) => {
        const output = layer.apply(pass, value);
        outputs.push(output);
        return output;
      },
      stem.apply(pass, x),
    );
    return outputs;
  };
  return {
    specs: [stem, ...layers].flatMap((layer) => layer.specs),
    channels: last.map(({ channels }) => channels),
    strides: convolutionalStrides(outputStride),
    blocks,
    maps(pass, x) {
      const outputs = blocks(pass, x);
      return last.map(({ block }) => outputs[block]!);
    },
  };
}

/** The nearest multiple of the divisor, never less than nine tenths of the number. */
function roundChannels(channels: number): number {
  const rounded = Math.max(DIVISOR, Math.floor((channels + DIVISOR / 2) / DIVISOR) * DIVISOR);
  return rounded < 0.9 * channels ? rounded + DIVISOR : rounded;
}

/** Expansion, depthwise convolution and projection, with a shortcut where the shape stays. */
function invertedBottleneck(
  index: number,
  from: number,
  to: number,
  size: number,
  stride: 1 | 2,
  expansion: number,
  dilation: number,
): Layer {
  const name = `backbone._blocks.${index}`;
  const middle = from * expansion;
  const expand = normalisedConvolution({ ...COMMON, name: `${name}._expand_conv`, norm: `${name}._bn0`, from, to: middle, size: 1 });
  const main = sequence(
    ...(expansion === 1 ? [] : [expand]),
    normalisedDepthwise({ ...COMMON, name: `${name}._depthwise_conv`, norm: `${name}._bn1`, from: middle, size, stride, dilation }),
    normalisedConvolution({
      ...COMMON,
      name: `${name}._project_conv`,
      norm: `${name}._bn2`,
      from: middle,
      to,
      size: 1,
      activation: 'none',
    }),
  );
  if (stride !== 1 || from !== to) return main;
  return { specs: main.specs, apply: (pass, x) => tf.add(x, main.apply(pass, x)) };
}
