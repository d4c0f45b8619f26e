import { expect, it } from 'vitest';
import { bestWorth } from './choose-scale';

it('takes the scale in which held-out pixels do best, where each doubling of the time brings a hundredth', () => {
  const said = (small: number, own: number, large: number, largest: number): number =>
    bestWorth([
      { scale: 1, miou: own },
      { scale: 1.4, miou: large },
      { scale: 2, miou: largest },
      { scale: 0.7, miou: small },
    ]);
  expect(said(0.5, 0.6, 0.65, 0.7)).toBe(2);
  expect(said(0.5, 0.6, 0.65, 0.655)).toBe(1.4);
  expect(said(0.6, 0.605, 0.61, 0.61)).toBe(0.7);
});
