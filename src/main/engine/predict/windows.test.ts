import { describe, expect, test } from 'vitest';
import type { Shape } from '../programs/shape';
import { CONVOLUTIONAL_INPUT } from '../model/backbones/description';
import { planShapes } from './shapes';
import { windowsOn } from './windows';

describe('windows', () => {
  test.each<[number, number, Shape]>([
    [100, 70, [112, 80]],
    [100, 300, [64, 64]],
    [1000, 65, [64, 64]],
    [129, 128, [64, 64]],
    [64, 4000, [64, 512]],
  ])('on %i × %i answer for every pixel once, from within', (height, width, shape) => {
    const answers = new Uint8Array(height * width);
    for (const { rows, columns } of windowsOn(height, width, shape)) {
      for (const [stretch, window, size] of [
        [rows, shape[0], height],
        [columns, shape[1], width],
      ] as const) {
        expect(stretch.from).toBeGreaterThanOrEqual(stretch.start);
        expect(stretch.to).toBeLessThanOrEqual(Math.min(stretch.start + window, size));
        // Away from the border of the image a window's own border is not used.
        if (stretch.from > 0) expect(stretch.from - stretch.start).toBeGreaterThanOrEqual(window / 8 - 1);
        if (stretch.to < size) expect(stretch.start + window - stretch.to).toBeGreaterThanOrEqual(window / 8 - 1);
        if (size > window) expect(stretch.start + window).toBeLessThanOrEqual(size);
      }
      for (let y = rows.from; y < rows.to; y++) {
        for (let x = columns.from; x < columns.to; x++) answers[y * width + x]!++;
      }
    }
    expect(answers.every((count) => count === 1)).toBe(true);
  });
});

describe('shapes', () => {
  test('round images of one size up to 16', () => {
    const plan = planShapes([{ height: 360, width: 480 }], CONVOLUTIONAL_INPUT, 11);
    expect(plan.shapes).toEqual([[368, 480]]);
    expect(plan.shapeFor(360, 480)).toEqual([368, 480]);
  });

  test('are few for many sizes, and each image has its own among them', () => {
    const sizes = Array.from({ length: 300 }, (_, i) => ({ height: 100 + ((i * 37) % 500), width: 90 + ((i * 91) % 700) }));
    const plan = planShapes(sizes, CONVOLUTIONAL_INPUT, 21);
    expect(plan.shapes.length).toBeLessThanOrEqual(12);
    for (const { height, width } of sizes) {
      const [h, w] = plan.shapeFor(height, width);
      expect(plan.shapes).toContainEqual([h, w]);
      expect(h % 16 === 0 && w % 16 === 0 && h >= height && w >= width).toBe(true);
    }
  });

  test.each([
    [20000, 20000, 11],
    [300, 50000, 11],
    [1, 100000000, 2],
    [2000, 1500, 254],
  ])('stay small for an image of %i × %i with %i classes', (height, width, classes) => {
    const [[h, w]] = planShapes([{ height, width }], CONVOLUTIONAL_INPUT, classes).shapes as [Shape];
    expect(h * w).toBeLessThanOrEqual(2 ** 20);
    expect(h * w * classes).toBeLessThanOrEqual(2 ** 25);
    expect(h * w).toBeGreaterThan(2 ** 16);
  });
});
