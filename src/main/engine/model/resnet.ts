import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../ops/relu';
import type { ResNetSize } from './backbones/description';
import { type Layer, normalisedConvolution, sequence } from './layers';
import { convolutionalStrides, type Encoder, type OutputStride } from './encoder';

const STEM = 64;
/** Channels out of a bottleneck block over those inside. */
const EXPANSION = 4;
const COMMON = { part: 'backbone', activation: 'relu', epsilon: 1e-5 } as const;

interface Block {
  readonly name: string;
  readonly from: number;
  /** Channels of the 3×3 convolutions. */
  readonly width: number;
  readonly stride: 1 | 2;
  readonly dilation: number;
}

/**
 * ResNet (He et al. 2016) as torchvision lays it out (the stride in the 3×3 convolution).
 * @param outputStride 32 as published; at 16 the last stage has stride 1, and in bottleneck networks its blocks after the first are
 *   dilated by 2
 */
export function resNet({ depths, bottleneck }: ResNetSize, outputStride: OutputStride): Encoder {
  const stem = normalisedConvolution({
    ...COMMON,
    name: 'backbone.conv1',
    norm: 'backbone.bn1',
    from: 3,
    to: STEM,
    size: 7,
    stride: 2,
    padding: 3,
  });
  const dropped = outputStride === 16;
  const outputOf = (width: number): number => (bottleneck ? EXPANSION * width : width);
  let from = STEM;
  const [first, second, third, fourth] = depths.map((depth, stage) => {
    const width = STEM * 2 ** stage;
    const blocks = Array.from({ length: depth }, (_, i) => {
      const block: Block = {
        name: `backbone.layer${stage + 1}.${i}`,
        from,
        width,
        stride: i === 0 && stage > 0 && !(stage === 3 && dropped) ? 2 : 1,
        dilation: bottleneck && dropped && stage === 3 && i > 0 ? 2 : 1,
      };
      from = outputOf(width);
      return residual(block, outputOf(width), bottleneck ? bottleneckBranch(block) : basicBranch(block));
    });
    return sequence(...blocks);
  }) as [Layer, Layer, Layer, Layer];
  return {
    specs: [stem, first, second, third, fourth].flatMap((layer) => layer.specs),
    channels: [STEM, outputOf(STEM), outputOf(2 * STEM), outputOf(4 * STEM), outputOf(8 * STEM)],
    strides: convolutionalStrides(outputStride),
    maps(pass, x) {
      const half = stem.apply(pass, x);
      const quarter = first.apply(pass, maxPool(half));
      const eighth = second.apply(pass, quarter);
      const sixteenth = third.apply(pass, eighth);
      return [half, quarter, eighth, sixteenth, fourth.apply(pass, sixteenth)];
    },
  };
}

function basicBranch({ name, from, width, stride, dilation }: Block): Layer {
  const common = { ...COMMON, to: width, size: 3, dilation };
  return sequence(
    normalisedConvolution({ ...common, name: `${name}.conv1`, norm: `${name}.bn1`, from, stride, padding: paddingOf(stride) }),
    normalisedConvolution({ ...common, name: `${name}.conv2`, norm: `${name}.bn2`, from: width, activation: 'none' }),
  );
}

function bottleneckBranch({ name, from, width, stride, dilation }: Block): Layer {
  const to = EXPANSION * width;
  return sequence(
    normalisedConvolution({ ...COMMON, name: `${name}.conv1`, norm: `${name}.bn1`, from, to: width, size: 1 }),
    normalisedConvolution({
      ...COMMON,
      name: `${name}.conv2`,
      norm: `${name}.bn2`,
      from: width,
      to: width,
      size: 3,
      stride,
      dilation,
      padding: paddingOf(stride),
    }),
    normalisedConvolution({ ...COMMON, name: `${name}.conv3`, norm: `${name}.bn3`, from: width, to, size: 1, activation: 'none' }),
  );
}

/** PyTorch pads a strided 3×3 convolution by a pixel on every side; at stride 1 that is what SAME does, for any dilation. */
function paddingOf(stride: 1 | 2): 1 | 'same' {
  return stride === 2 ? 1 : 'same';
}

/** ReLU of branch plus shortcut; the shortcut is a 1×1 convolution where the shape changes. */
function residual({ name, from, stride }: Block, to: number, branch: Layer): Layer {
  const downsample = normalisedConvolution({
    ...COMMON,
    name: `${name}.downsample.0`,
    norm: `${name}.downsample.1`,
    from,
    to,
    size: 1,
    stride,
    padding: 0,
    activation: 'none',
  });
  const shortcut = stride === 1 && from === to ? sequence() : downsample;
  return {
    specs: [...branch.specs, ...shortcut.specs],
    apply: (pass, x) => relu(tf.add<tf.Tensor4D>(branch.apply(pass, x), shortcut.apply(pass, x))),
  };
}

/** 3×3 maximum at stride 2 with one pixel of padding; zeros serve, because a ReLU comes before. */
function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  const padded = tf.pad4d(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  return tf.maxPool(padded, 3, 2, 'valid');
}
