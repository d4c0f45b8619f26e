import { describe, expect, test } from 'vitest';
import { RandomStream } from './random';

const draw = (stream: RandomStream, count: number): number[] => Array.from({ length: count }, () => stream.uniform());

describe('RandomStream', () => {
  test('is the same for the same keys and another for any other', () => {
    expect(draw(new RandomStream(7, 'crop', 3), 20)).toEqual(draw(new RandomStream(7, 'crop', 3), 20));
    const firsts = [
      [7, 'crop', 3],
      [7, 'crop', 4],
      [8, 'crop', 3],
      [7, 'flip', 3],
      [73, 'crop'],
      ['7', 'crop', 3],
    ].map((keys) => new RandomStream(...keys).bits());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('never changes, so that a seed means the same in every version', () => {
    const stream = new RandomStream(0, 'frozen');
    expect([stream.bits(), stream.bits(), stream.bits()]).toEqual([1432462082, 200467745, 3385241600]);
  });

  test('is uniform, also across neighbouring keys', () => {
    const sequence = draw(new RandomStream(1), 20000);
    const neighbours = Array.from({ length: 20000 }, (_, i) => new RandomStream(1, i).uniform());
    for (const values of [sequence, neighbours]) {
      const bins = new Float64Array(20);
      for (const value of values) bins[Math.floor(value * 20)]!++;
      const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
    }
  });

  test('normal numbers have mean 0 and deviation 1', () => {
    const stream = new RandomStream(2);
    const values = Array.from({ length: 20000 }, () => stream.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.03);
  });

  test('permutes', () => {
    const order = new RandomStream(3).permutation(100);
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(new RandomStream(3).permutation(0)).toEqual([]);
  });

  test('chooses every number equally often, none twice', () => {
    const counts = new Float64Array(10);
    for (let i = 0; i < 5000; i++) {
      const chosen = new RandomStream(4, i).choose(3, 10);
      expect(new Set(chosen).size).toBe(3);
      for (const value of chosen) counts[value]!++;
    }
    for (const count of counts) expect(Math.abs(count - 1500)).toBeLessThan(150);
  });
});
