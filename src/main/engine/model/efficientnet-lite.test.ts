import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { conv2d } from '../ops/conv2d';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { efficientNetLite } from './efficientnet-lite';
import values from './golden/efficientnet_lite0.json';
import { normalisedConvolution } from './layers';
import type { Lookup } from './network';
import { normalise } from './preprocess';
import { BACKBONE_DESCRIPTIONS } from './backbones';
import { weightsFile } from '../../host/weights/cache';
import { pretrainedBackbone } from './weights/pretrained';
import { readSafetensors } from './weights/safetensors';

const SIZE = { width: 1, depth: 1 };
const { normalisation } = BACKBONE_DESCRIPTIONS['efficientnet-lite0'];

beforeAll(() => loadTensorFlow());

/** The image of the golden file, as network input [1, 64, 64, 3]. */
function image(): tf.Tensor4D {
  const side = values.size;
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++)
      rgb.set([Math.round((255 * x) / (side - 1)), Math.round((255 * y) / (side - 1)), (7 * x + 13 * y) % 256], (y * side + x) * 3);
  }
  const input = new Float32Array(rgb.length);
  normalise(rgb, normalisation, input);
  return tf.tensor4d(input, [1, side, side, 3]);
}

describe('EfficientNet-Lite0 with its pretrained weights agrees with the oracle', () => {
  const network = efficientNetLite(SIZE, 32);
  let outputs: tf.Tensor4D[];
  let lookup: Lookup;

  beforeAll(async () => {
    const pretrained = await pretrainedBackbone('efficientnet-lite0', network.specs);
    const tensors = new Map(network.specs.map(({ name, shape }) => [name, tf.tensor(pretrained.get(name)!, [...shape])]));
    lookup = (name) => tensors.get(name)!;
    outputs = network.blocks({ lookup, mode: { kind: 'infer' } }, image());
  });

  test.each(values.blocks)('block $index', ({ index, shape, mean, std, centre }) => {
    const output = outputs[index]!;
    const [, height, width, channels] = output.shape;
    expect(output.shape).toEqual(shape);
    const data = Array.from(output.dataSync());
    const average = data.reduce((sum, value) => sum + value, 0) / data.length;
    const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - average) ** 2, 0) / data.length);
    expectClose([average / deviation, deviation], [mean / std, std], 1e-3);
    const pixel = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
    expectClose(data.slice(pixel, pixel + centre.length), centre, 1e-3);
  });

  test('top five classes', () => {
    const { tensors } = readSafetensors(readFileSync(weightsFile('efficientnet-lite0')));
    const read = (name: string): tf.Tensor => tf.tensor(tensors.get(name)!.values, [...tensors.get(name)!.shape]);
    const head = normalisedConvolution({
      name: 'conv_head',
      norm: 'bn1',
      part: 'backbone',
      from: 320,
      to: 1280,
      size: 1,
      activation: 'relu6',
      epsilon: 1e-3,
    });
    const published: Record<string, string> = {
      'conv_head.kernel': '_conv_head.weight',
      'bn1.gamma': '_bn1.weight',
      'bn1.beta': '_bn1.bias',
      'bn1.mean': '_bn1.running_mean',
      'bn1.variance': '_bn1.running_var',
    };
    const features = head.apply({ lookup: (name) => read(published[name]!), mode: { kind: 'infer' } }, outputs.at(-1)!);
    const dense = tf.reshape(read('_fc.weight'), [1, 1, 1280, 1000]) as tf.Tensor4D;
    const logits = tf.add(tf.reshape(conv2d(tf.mean(features, [1, 2], true), dense), [1000]), read('_fc.bias')).dataSync();
    const top = Array.from(logits.keys()).toSorted((a, b) => logits[b]! - logits[a]!);
    expect(top.slice(0, 5)).toEqual(values.top5.map(({ cls }) => cls));
    expectClose(
      values.top5.map(({ cls }) => logits[cls]!),
      values.top5.map(({ logit }) => logit),
      1e-3,
    );
  });

  test('output stride 16 keeps everything before the dropped stride', () => {
    const dilated = efficientNetLite(SIZE, 16).blocks({ lookup, mode: { kind: 'infer' } }, image());
    expectClose(dilated[10]!, outputs[10]!, 1e-6);
    expect(dilated.slice(11).map(({ shape }) => [shape[1], shape[2]])).toEqual(Array.from({ length: 5 }, () => [4, 4]));
  });
});
