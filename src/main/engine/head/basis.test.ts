import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { loadTensorFlow } from '../process/tensorflow';
import { basisOf, turned } from './basis';
import { principalDirections } from '../core/principal';
import { tableOf } from './test-table';

beforeAll(() => loadTensorFlow());

it('finds the directions in which numbers vary most, the first one first', () => {
  // Variances 9 and 4 along two directions that are turned by 30 degrees.
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const matrix = tf.tensor2d([
    [9 * c * c + 4 * s * s, 5 * c * s, 0],
    [5 * c * s, 9 * s * s + 4 * c * c, 0],
    [0, 0, 1],
  ]);
  const found = principalDirections(matrix, 2);
  [c, -s, s, c, 0, 0].forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 5));
});

const inputs = 300;
const count = 1200;

/** Rows of 300 numbers that only 20 hidden ones move, and one that never changes; far from 0, of very different spread. */
function rows(seed: number): Float32Array {
  const mixing = new RandomStream('mixing');
  const mix = Float64Array.from({ length: 20 * inputs }, () => mixing.normal());
  const random = new RandomStream('rows', seed);
  const values = new Float32Array(count * inputs);
  for (let row = 0; row < count; row++) {
    const hidden = Array.from({ length: 20 }, () => random.normal());
    for (let i = 0; i < inputs; i++) {
      const sum = hidden.reduce((all, each, h) => all + each * mix[h * inputs + i]!, 0);
      values[row * inputs + i] = i === 7 ? 5 : 10 + (1 + (i % 9)) * sum;
    }
  }
  return values;
}

it('keeps what standardised features tell in fewer numbers: the distances between pixels', () => {
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const labelled = tableOf(labels, rows(1), inputs, 3);
  const basis = basisOf(labelled, 1);
  const short = turned(labelled, basis);
  expect(short.features.inputs).toBe(256);
  const standard = labelled.features.values.map((value, i) => (value - basis.mean[i % inputs]!) / basis.deviation[i % inputs]!);
  const distance = (values: Float32Array, size: number, a: number, b: number): number =>
    Math.hypot(...Array.from({ length: size }, (_, i) => values[a * size + i]! - values[b * size + i]!));
  for (const [a, b] of [
    [0, 1],
    [10, 700],
    [44, 1199],
  ] as const)
    expect(distance(short.features.values, 256, a, b)).toBeCloseTo(distance(standard, inputs, a, b), 2);
  expect(labels.every((_, row) => standard[row * inputs + 7] === 0)).toBe(true);
  // What the first direction holds is more than what the last one does.
  const spread = (column: number): number => labels.reduce((sum, _, row) => sum + short.features.values[row * 256 + column]! ** 2, 0);
  expect(spread(0)).toBeGreaterThan(100 * spread(255));
});
