import { expect, it } from 'vitest';
import { courseOf } from './schedule';

it('goes on as long as figures rise, with a smaller rate once they do not, and ends when they do not then either', () => {
  expect(courseOf([0.5])).toEqual({ best: 0, figure: 0.5, rate: 1, over: false });
  expect(courseOf([0.5, 0.4, 0.6, 0.6, 0.55])).toEqual({ best: 2, figure: 0.6, rate: 1, over: false });
  const fallen = [0.5, 0.6, 0.6, 0.6, 0.6];
  expect(courseOf(fallen)).toEqual({ best: 1, figure: 0.6, rate: 0.3, over: false });
  expect(courseOf([...fallen, 0.7])).toEqual({ best: 5, figure: 0.7, rate: 0.3, over: false });
  expect(courseOf([...fallen, 0.7, 0.6, 0.6])).toEqual({ best: 5, figure: 0.7, rate: 0.3, over: false });
  expect(courseOf([...fallen, 0.7, 0.6, 0.6, 0.6])).toEqual({ best: 5, figure: 0.7, rate: 0.3, over: true });
});

it('leaves what it began from the best where nothing is better', () => {
  expect(courseOf([0.5, 0.5, 0.4, 0.3, 0.4, 0.4, 0.5])).toEqual({ best: 0, figure: 0.5, rate: 0.3, over: true });
});

it('gives no round that adds little to what it began from, but goes on from there', () => {
  expect(courseOf([0.5, 0.52])).toEqual({ best: 0, figure: 0.52, rate: 1, over: false });
  expect(courseOf([0.5, 0.52, 0.54, 0.53])).toEqual({ best: 2, figure: 0.54, rate: 1, over: false });
});
