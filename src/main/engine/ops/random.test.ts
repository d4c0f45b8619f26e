import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { seededNormal, seededUniform } from './random';

beforeAll(() => loadTensorFlow());

const seed = (a: number, b: number): tf.Tensor1D => tf.tensor1d([a, b], 'int32');
const numbers = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

it.each([
  ['normal', seededNormal, 0, 1],
  ['uniform', seededUniform, 0.5, Math.sqrt(1 / 12)],
] as const)('%s numbers have their mean and deviation, and depend on the seed alone', (_, draw, mean, deviation) => {
  const first = numbers(draw<tf.Rank.R2>([100, 200], seed(1, 2)));
  const average = first.reduce((sum, value) => sum + value, 0) / first.length;
  const spread = Math.sqrt(first.reduce((sum, value) => sum + (value - average) ** 2, 0) / first.length);
  expect(average).toBeCloseTo(mean, 1);
  expect(spread).toBeCloseTo(deviation, 1);
  expect(numbers(draw<tf.Rank.R2>([100, 200], seed(1, 2)))).toEqual(first);
  expect(numbers(draw<tf.Rank.R2>([100, 200], seed(1, 3)))).not.toEqual(first);
});
