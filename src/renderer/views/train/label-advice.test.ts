import { expect, it } from 'vitest';
import { labelAdvice } from './label-advice';

const of = (name: string, pixels: number, images: number) => ({ name, pixels, images });

it('says which class has too few labels beside which, and what to label', () => {
  expect(labelAdvice([of('road', 75_000, 6), of('building', 2_500, 1), of('sky', 20_000, 5)])).toEqual([
    'road 75,000 pixels in 6 images, building 2,500 pixels in 1 image: label more building.',
  ]);
});

it('names classes without any labels first, since no run can find them', () => {
  expect(labelAdvice([of('a', 100, 2), of('b', 0, 0), of('c', 0, 0)])).toEqual(['Nothing is labelled as b and c: no run can find them.']);
  expect(labelAdvice([of('a', 100, 2), of('b', 0, 0)])).toEqual(['Nothing is labelled as b: no run can find it.']);
  expect(labelAdvice([of('a', 9, 2), ...['b', 'c', 'd', 'e', 'f'].map((name) => of(name, 0, 0))])[0]).toContain('b, c, d and 2 more');
});

it('says nothing where labels are even, or there are none yet', () => {
  expect(labelAdvice([of('a', 1000, 3), of('b', 400, 2), of('c', 300, 4)])).toEqual([]);
  // With one image labelled every class is in one.
  expect(labelAdvice([of('a', 1000, 1), of('b', 400, 1)])).toEqual([]);
  expect(labelAdvice([of('a', 0, 0), of('b', 0, 0)])).toEqual([]);
});
