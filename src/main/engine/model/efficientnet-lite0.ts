import * as tf from '@tensorflow/tfjs-core';
import type { Backbone } from './backbone';
import { type Layer, normalisedConvolution, normalisedDepthwise, type Pass, sequence } from './layers';

/** Stages of the network: blocks, depthwise kernel, stride of the first block, expansion, channels out. */
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
/** The block whose output is the low-level feature map, at stride 4. */
const LOW_BLOCK = 2;
const EPSILON = 1e-3;
const COMMON = { part: 'backbone', activation: 'relu6', epsilon: EPSILON } as const;

export interface EfficientNetLite0 extends Backbone {
  /** Output of each of the 16 blocks, [n, h, w, C]. */
  blocks(pass: Pass, x: tf.Tensor4D): tf.Tensor4D[];
}

/**
 * EfficientNet-Lite0 (Tan and Le 2019, without squeeze-and-excitation and with ReLU6) up to its last block.
 * @param outputStride 32 as published; 16 keeps the last stages at the resolution of the one before, the blocks after the
 *   dropped stride dilated by 2
 */
export function efficientNetLite0(outputStride: 16 | 32 = 16): EfficientNetLite0 {
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
  let from = STEM;
  let reached = 2;
  let dilation = 1;
  for (const [count, size, firstStride, expansion, to] of STAGES) {
    const dropped = firstStride === 2 && reached === outputStride;
    if (firstStride === 2 && !dropped) reached *= 2;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 && !dropped ? firstStride : 1;
      layers.push(invertedBottleneck(layers.length, from, to, size, stride, expansion, dilation));
      from = to;
      if (dropped) dilation = 2;
    }
  }
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
    lowChannels: STAGES[1][4],
    highChannels: from,
    blocks,
    features(pass, x) {
      const outputs = blocks(pass, x);
      return { low: outputs[LOW_BLOCK]!, high: outputs[outputs.length - 1]! };
    },
  };
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
