import { expect, it } from 'vitest';
import { overlapOf } from './comparison';

it('overlap of each class labelled is what both say over what either says, and its mean is over these classes', () => {
  // Of class 0: 6 right, 2 seen as 1, and 1 of class 1 seen as 0. Class 2 is only predicted; 255 is no class.
  const { perClass, miou } = overlapOf([
    { label: 0, predicted: 0, pixels: 6 },
    { label: 0, predicted: 1, pixels: 2 },
    { label: 1, predicted: 0, pixels: 1 },
    { label: 1, predicted: 1, pixels: 3 },
    { label: 1, predicted: 2, pixels: 4 },
    { label: 1, predicted: 255, pixels: 2 },
  ]);
  expect([...perClass]).toEqual([
    [0, 6 / 9],
    [1, 3 / 12],
  ]);
  expect(miou).toBeCloseTo((6 / 9 + 3 / 12) / 2, 12);
  expect(overlapOf([])).toEqual({ perClass: new Map(), miou: null });
});
