import { expect, test } from 'vitest';
import { RandomStream } from '@shared/random';
import { mildly } from './mild-view';

const PICTURE = [200, 100, 50, 10, 20, 240, 128, 128, 128, 0, 255, 3] as const;

test('half of the views stay as they are, the others differ a little from each other, and some are grey', () => {
  let [same, grey] = [0, 0];
  const seen = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const data = Float32Array.from(PICTURE);
    mildly(data, new RandomStream('mild', i));
    expect(data.every((value) => value >= 0 && value <= 255)).toBe(true);
    same += Number(data.every((value, at) => value === PICTURE[at]));
    grey += Number([0, 3, 9].every((at) => Math.abs(data[at]! - data[at + 1]!) + Math.abs(data[at]! - data[at + 2]!) < 1e-3));
    seen.add(data.join());
  }
  expect(Math.abs(same - 500)).toBeLessThan(60);
  expect(Math.abs(grey - 100)).toBeLessThan(40);
  expect(seen.size).toBeGreaterThan(400);
});
