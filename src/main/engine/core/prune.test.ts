import { expect, test } from 'vitest';
import values from './golden/prune.json';
import { magnitudeMasks } from './prune';

const weights = values.weights.map(({ data }) => Float32Array.from(data));
const numbers = (masks: readonly Float32Array[]): number[][] => masks.map((mask) => Array.from(mask));

test.each(values.cases)('agrees with the oracle at ratio $ratio', ({ ratio, global_, layer }) => {
  expect(numbers(magnitudeMasks(weights, ratio, 'global'))).toEqual(global_.map(({ data }) => data));
  expect(numbers(magnitudeMasks(weights, ratio, 'layer'))).toEqual(layer.map(({ data }) => data));
});

test('cuts exactly the wanted number where magnitudes are equal, the earlier first', () => {
  const equal = [Float32Array.of(1, -1, 1), Float32Array.of(-1, 2, 1)];
  expect(numbers(magnitudeMasks(equal, 0.5, 'global'))).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
});

test('keeps everything at 0 and nothing at 1', () => {
  const tensor = [Float32Array.of(0, -0, 1e-40, 3)];
  expect(numbers(magnitudeMasks(tensor, 0, 'global'))).toEqual([[1, 1, 1, 1]]);
  expect(numbers(magnitudeMasks(tensor, 1, 'global'))).toEqual([[0, 0, 0, 0]]);
});

test('does not change the weights', () => {
  const tensor = Float32Array.of(-2, 1);
  magnitudeMasks([tensor], 0.5, 'layer');
  expect(Array.from(tensor)).toEqual([-2, 1]);
});
