import { describe, expect, test } from 'vitest';
import { Sampler } from './sampler';

describe('Sampler', () => {
  test('shows every item once a pass, in another order each time', () => {
    const sampler = new Sampler(1, 'labelled', 10);
    const passes = [0, 1, 2].map((pass) => Array.from({ length: 10 }, (_, i) => sampler.at(pass * 10 + i)));
    for (const pass of passes) expect(pass.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(passes[0]).not.toEqual(passes[1]);
    expect(passes[1]).not.toEqual(passes[2]);
  });

  test('continues anywhere as if it had run from the start', () => {
    const whole = new Sampler(1, 'labelled', 7);
    const steps = Array.from({ length: 20 }, (_, step) => whole.batch(step, 4));
    expect(new Sampler(1, 'labelled', 7).batch(13, 4)).toEqual(steps[13]);
    expect(new Sampler(2, 'labelled', 7).batch(13, 4)).not.toEqual(steps[13]);
  });

  test('repeats a single item', () => {
    expect(new Sampler(1, 'labelled', 1).batch(5, 3)).toEqual([0, 0, 0]);
  });
});
