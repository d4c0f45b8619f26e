import * as tf from '@tensorflow/tfjs-core';
import type { Backbone } from '@shared/settings';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { hashed } from '../testing/hashed';
import { l2Normalise } from '../ops/l2-normalise';
import { createNetwork } from './create';
import values from './golden/networks.json';
import { initialValues } from './initial';
import type { Lookup, Mode, Network, VariableSpec } from './network';

beforeAll(() => loadTensorFlow());

const CLASSES = 5;
const IMAGE = [2, 49, 65, 3] as const;
const EVERY = 97;

describe('networks agree with the oracle', () => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  test.each(values.cases)('$backbone, mode $mode', (c) => {
    const network = createNetwork(c.backbone as Backbone, CLASSES);
    const mode: Mode = c.mode === 'train' ? { kind: 'train', onStatistics: () => undefined } : { kind: 'infer' };
    const outputs = network.forward(lookupOf(network, formula), tf.tensor4d(hashed('image', size(IMAGE)), [...IMAGE]), mode);
    for (const [name, output] of [
      ['logits', outputs.logits],
      ['embedding', l2Normalise(outputs.embedding)],
    ] as const) {
      const expected = c[name];
      const actual = Array.from(output.dataSync());
      expect(output.shape).toEqual(expected.shape);
      expectClose([mean(actual.map((value) => Math.abs(value)))], [expected.meanAbsolute], 1e-4);
      expectClose(
        actual.filter((_, i) => i % EVERY === 0),
        expected.every97th,
        1e-3,
      );
    }
  });
});

describe.each(['efficientnet-lite0', 'resnet18', 'resnet50'] as const)('%s', (backbone) => {
  const network = createNetwork(backbone, 3);

  test('every parameter gets a gradient, and every batch norm reports its statistics', () => {
    const initial = initialValues(network.specs, 1);
    const parameters = network.specs.filter(({ kind }) => kind !== 'mean' && kind !== 'variance');
    const layers = new Map<string, number[]>();
    const onStatistics = (layer: string, mean: tf.Tensor1D, variance: tf.Tensor1D): void => {
      layers.set(layer, [mean.size, variance.size]);
    };
    tf.tidy(() => {
      const lookup = lookupOf(network, ({ name }) => initial.get(name)!);
      const x = tf.randomNormal<tf.Rank.R4>([2, 48, 33, 3], 0, 1, 'float32', 5);
      const loss = (...tensors: tf.Tensor[]): tf.Scalar => {
        const given = new Map(parameters.map(({ name }, i) => [name, tensors[i]!]));
        const { logits, embedding } = network.forward((name) => given.get(name) ?? lookup(name), x, { kind: 'train', onStatistics });
        return tf.add(tf.sum(tf.square(logits)), tf.sum(tf.slice(embedding, [0, 0, 0, 0], [-1, -1, -1, 7])));
      };
      const gradients = tf.grads(loss)(parameters.map(({ name }) => lookup(name)));
      const silent = parameters.filter((_, i) => !(tf.norm(gradients[i]!).dataSync()[0]! > 0));
      expect(silent.map(({ name }) => name)).toEqual([]);
      gradients.forEach((gradient, i) => expect(gradient.shape).toEqual(parameters[i]!.shape));
    });
    const norms = network.specs.filter(({ kind }) => kind === 'mean');
    expect(Object.fromEntries(layers)).toEqual(
      Object.fromEntries(norms.map(({ name, shape: [c] }) => [name.replace(/\.mean$/, ''), [c, c]])),
    );
  });

  test('in tune mode says the same as at prediction, and its gradient is the slope of that', () => {
    const initial = initialValues(network.specs, 1);
    const statistic = { mean: 0.2, variance: 1.7 } as const;
    tf.tidy(() => {
      const lookup = lookupOf(network, ({ name, kind }) =>
        kind === 'mean' || kind === 'variance' ? initial.get(name)!.map(() => statistic[kind]) : initial.get(name)!,
      );
      const x = tf.randomNormal<tf.Rank.R4>([1, 48, 33, 3], 0, 1, 'float32', 5);
      const parameters = network.specs.filter(({ kind, part }) => kind !== 'mean' && kind !== 'variance' && part !== 'projector');
      const values = parameters.map(({ name }) => lookup(name));
      const loss =
        (kind: 'tune' | 'infer') =>
        (...tensors: tf.Tensor[]): tf.Scalar => {
          const given = new Map(parameters.map(({ name }, i) => [name, tensors[i]!]));
          const mode: Mode = kind === 'tune' ? { kind, between: (features) => features } : { kind };
          return tf.sum(tf.square(network.forward((name) => given.get(name) ?? lookup(name), x, mode).logits));
        };
      const at = (kind: 'tune' | 'infer', tensors: tf.Tensor[]): number => loss(kind)(...tensors).dataSync()[0]!;
      expect(Math.abs(at('tune', values) / at('infer', values) - 1)).toBeLessThan(1e-4);

      const gradients = tf.grads(loss('tune'))(values);
      const slope = (gradient: tf.Tensor): number => tf.sum(tf.square(gradient)).dataSync()[0]!;
      const expected = gradients.reduce((sum, gradient) => sum + slope(gradient), 0);
      const length = Math.sqrt(expected);
      const step = 1e-3 * Math.sqrt(values.reduce((sum, value) => sum + slope(value), 0));
      const moved = (sign: number): tf.Tensor[] => values.map((value, i) => tf.add(value, tf.mul(gradients[i]!, (sign * step) / length)));
      const difference = (at('tune', moved(1)) - at('tune', moved(-1))) / (2 * step);
      expect(Math.abs(difference / length - 1)).toBeLessThan(0.05);
    });
  });

  test('names each variable once', () => {
    expect(new Set(network.specs.map(({ name }) => name)).size).toBe(network.specs.length);
  });
});

test('running statistics of the pretrained backbone move as slowly as they were made', () => {
  expect(createNetwork('efficientnet-lite0', 2).batchNormMomentum('backbone._bn0')).toBe(0.01);
  expect(createNetwork('efficientnet-lite0', 2).batchNormMomentum('decoder.mix.norm')).toBe(0.1);
  expect(createNetwork('resnet50', 2).batchNormMomentum('backbone.bn1')).toBe(0.1);
});

test('initial values depend on seed and name only', () => {
  const specs = createNetwork('efficientnet-lite0', 3).specs;
  const [all, last] = [initialValues(specs, 4), initialValues(specs.slice(-20), 4)];
  for (const [name, value] of last) expect(value).toEqual(all.get(name));
  expect(initialValues(specs, 5).get('classifier.kernel')).not.toEqual(all.get('classifier.kernel'));
});

function lookupOf(network: Network, valueOf: (spec: VariableSpec) => Float32Array): Lookup {
  const specs = new Map(network.specs.map((spec) => [spec.name, spec]));
  return (name) => {
    const spec = specs.get(name)!;
    return tf.tensor(valueOf(spec), [...spec.shape]);
  };
}

/** Weights as the golden file's: numbers in [−1, 1) hashed from name and index, scaled by what the variable is. */
function formula({ name, shape, kind }: VariableSpec): Float32Array {
  const u = hashed(name, size(shape));
  const [height = 1, width = 1, channels = 1] = shape;
  const scale = {
    kernel: Math.sqrt(6 / (height * width * channels)),
    depthwise: Math.sqrt(6 / (height * width)),
    gamma: 0.2,
    variance: 0.5,
  };
  const offset = kind === 'gamma' || kind === 'variance' ? 1 : 0;
  const factor = kind in scale ? scale[kind as keyof typeof scale] : 0.1;
  return u.map((value) => offset + factor * value);
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
