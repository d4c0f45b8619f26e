import { describe, expect, test } from 'vitest';
import { RandomStream } from '@shared/random';
import { brightness, contrast, saturation, shiftHue } from './colour-jitter';
import { gaussianBlur } from './gaussian-blur';
import { strengthen } from './strong-view';

const picture = (): Float32Array => Float32Array.of(200, 100, 50, 10, 20, 240, 128, 128, 128, 0, 255, 3);
/** Torchvision rounds the weights of luma to four digits. */
function expectNear(data: Float32Array, expected: readonly number[]): void {
  expected.forEach((value, i) => expect(Math.abs(data[i]! - value)).toBeLessThan(0.05));
}

// Expected numbers: torchvision.transforms.functional on the same float image.
describe('colour changes are those of torchvision', () => {
  test('brightness', () => {
    const data = picture();
    brightness(data, 1.4);
    expectNear(data, [255, 140, 70, 14, 28, 255, 179.2, 179.2, 179.2, 0, 255, 4.2]);
  });

  test('contrast', () => {
    const data = picture();
    contrast(data, 0.6);
    expectNear(data, [164.43, 104.43, 74.43, 50.43, 56.43, 188.43, 121.23, 121.23, 121.23, 44.43, 197.43, 46.23]);
  });

  test('saturation', () => {
    const data = picture();
    saturation(data, 1.3);
    expectNear(data, [222.75, 92.75, 27.75, 0.37, 13.37, 255, 128, 128, 128, 0, 255, 0]);
  });

  test('hue', () => {
    const data = picture();
    shiftHue(data, 0.2);
    expectNear(data, [120, 200, 50, 240, 10, 204, 128, 128, 128, 0, 201, 255]);
    shiftHue(data, -0.2);
    expectNear(data, Array.from(picture()));
  });
});

describe('blur', () => {
  test('spreads a point as a Gaussian and keeps its sum', () => {
    const data = new Float32Array(15 * 15 * 3);
    data[(7 * 15 + 7) * 3] = 100;
    gaussianBlur({ width: 15, height: 15, data }, 1);
    const at = (x: number, y: number): number => data[(y * 15 + x) * 3]!;
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 2);
    expect(at(8, 7) / at(7, 7)).toBeCloseTo(Math.exp(-0.5), 4);
    expect(at(7, 9) / at(7, 7)).toBeCloseTo(Math.exp(-2), 4);
  });

  test('leaves an even picture of any shape as it is', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 9],
      [5, 2],
    ] as const) {
      const data = new Float32Array(width * height * 3).fill(77);
      gaussianBlur({ width, height, data }, 2);
      expect(data.every((value) => Math.abs(value - 77) < 1e-3)).toBe(true);
    }
  });
});

test('strong views differ from each other, stay in range, and are grey one time in five', () => {
  let grey = 0;
  let same = 0;
  for (let i = 0; i < 1000; i++) {
    const data = picture();
    strengthen({ width: 2, height: 2, data }, new RandomStream('strong', i));
    expect(data.every((value) => value >= 0 && value <= 255)).toBe(true);
    grey += Number(Math.abs(data[0]! - data[1]!) + Math.abs(data[3]! - data[5]!) < 1e-3);
    same += Number(data.every((value, at) => value === picture()[at]));
  }
  expect(Math.abs(grey - 200)).toBeLessThan(45);
  expect(Math.abs(same - 1000 * 0.2 * 0.8 * 0.5)).toBeLessThan(35);
});
