import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { createPixelNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { stateReader, withoutStandard, withPrior } from './head-values';
import { headSpecs } from '../programs/head';
import { standardise, standardOf } from './table';

beforeAll(() => loadTensorFlow());

const network = createPixelNetwork('efficientnet-lite0', 3);
const initial = initialValues(network.specs, 1);
const head = new Map(headSpecs(network).map(({ name }) => [name, initial.get(name)!]));

function logits(values: ReadonlyMap<string, Float32Array>, features: Float32Array): Float32Array {
  return tf.tidy(() => {
    const tensors = new Map(headSpecs(network).map(({ name, shape }) => [name, tf.tensor(values.get(name)!, [...shape])]));
    const x = tf.tensor2d(features, [features.length / network.inputs, network.inputs]);
    return network.head((name) => tensors.get(name)!, x, { kind: 'infer' }).logits.dataSync() as Float32Array;
  });
}

it('says of features as they are what the head says of standardised ones', () => {
  const features = tf.tidy(() => tf.randomNormal([5, network.inputs], 3, 2, 'float32', 1).dataSync() as Float32Array).slice();
  const standard = standardOf(features, network.inputs);
  const standardised = features.slice();
  standardise(standardised, standard);
  expectClose(logits(withoutStandard(network, head, standard), features), logits(head, standardised), 1e-3);
});

it('moves each logit by its share of the prior', () => {
  const features = new Float32Array(network.inputs).fill(0.5);
  const shift = Float64Array.from([1, -2, 0]);
  const [before, after] = [logits(head, features), logits(withPrior(head, shift), features)];
  expectClose(
    after.map((value, k) => value - before[k]!),
    [...shift],
    1e-4,
  );
});

it('reads both networks with one backbone', () => {
  const other = withPrior(head, Float64Array.from([1, 1, 1]));
  const read = stateReader(initial, { student: head, teacher: other });
  const backbone = network.specs.find(({ part }) => part === 'backbone')!.name;
  const values = read([`student/${backbone}`, `teacher/${backbone}`, 'student/classifier.bias', 'teacher/classifier.bias']);
  expect(values[`teacher/${backbone}`]).toBe(values[`student/${backbone}`]);
  expect(values['teacher/classifier.bias']).toEqual(other.get('classifier.bias'));
  expect(() => read(['student/nothing'])).toThrow('nothing');
});
