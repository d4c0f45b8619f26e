import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { createPixelNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import type { VariableSpec } from '../model/network';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { basisOf, turned } from './basis';
import { createHeadNetwork, FIRST_BIAS, FIRST_KERNEL } from '../model/head-network';
import { stateReader, unfolded, withPrior } from './head-values';
import { tableOf } from './test-table';

beforeAll(() => loadTensorFlow());

const network = createPixelNetwork('efficientnet-lite0', 3);
const initial = initialValues(network.specs, 1);

function logits(inputs: number, values: ReadonlyMap<string, Float32Array>, features: Float32Array): Float32Array {
  const head = createHeadNetwork(inputs, 3);
  return tf.tidy(() => {
    const tensors = new Map(head.specs.map(({ name, shape }) => [name, tf.tensor(values.get(name)!, [...shape])]));
    return head
      .forward((name) => tensors.get(name)!, tf.tensor2d(features, [features.length / inputs, inputs]), { kind: 'infer' })
      .logits.dataSync<'float32'>();
  });
}

/** The first layer of the network's head in one piece. */
function joined(values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const kernels = network.specs.filter(({ part, kind }: VariableSpec) => part === 'decoder' && kind === 'kernel');
  const kernel = Float32Array.from(kernels.flatMap(({ name }) => [...values.get(name)!]));
  return new Map([...values, [FIRST_KERNEL, kernel], [FIRST_BIAS, values.get('decoder.whole.bias')!]]);
}

it('says of features as they are what the head says of their components', () => {
  const features = tf.tidy(() => tf.randomNormal([400, network.inputs], 3, 2, 'float32', 1).dataSync<'float32'>()).slice();
  const table = tableOf(Array<number>(400).fill(0), features, network.inputs, 3);
  const basis = basisOf(table, 1);
  const head = initialValues(createHeadNetwork(basis.components, 3).specs, 2);
  const expected = logits(basis.components, head, turned(table, basis).features.values);
  expectClose(logits(network.inputs, joined(unfolded(network, head, basis)), features), expected, 1e-3);
});

it('moves each logit by its share of the prior', () => {
  const features = new Float32Array(network.inputs).fill(0.5);
  const shift = Float64Array.from([1, -2, 0]);
  const head = joined(initial);
  const [before, after] = [logits(network.inputs, head, features), logits(network.inputs, withPrior(head, shift), features)];
  expectClose(
    after.map((value, k) => value - before[k]!),
    [...shift],
    1e-4,
  );
});

it('reads both networks with one backbone', () => {
  const other = withPrior(initial, Float64Array.from([1, 1, 1]));
  const read = stateReader(initial, { student: initial, teacher: other });
  const backbone = network.specs.find(({ part }) => part === 'backbone')!.name;
  const values = read([`student/${backbone}`, `teacher/${backbone}`, 'student/classifier.bias', 'teacher/classifier.bias']);
  expect(values[`teacher/${backbone}`]).toBe(values[`student/${backbone}`]);
  expect(values['teacher/classifier.bias']).toEqual(other.get('classifier.bias'));
  expect(() => read(['student/nothing'])).toThrow('nothing');
});
