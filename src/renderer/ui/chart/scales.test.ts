import { describe, expect, it } from 'vitest';
import { domainOf, linear, linePath, nearest, wholeTicks, type Point } from './scales';

describe('domainOf', () => {
  it('holds all finite values and those to include', () => {
    expect(domainOf([3, Number.NaN, 5], [0])).toEqual([0, 5]);
  });
  it('is never empty', () => {
    expect(domainOf([])).toEqual([0, 1]);
    expect(domainOf([2, 2])).toEqual([2, 3]);
  });
});

it('never splits what is counted', () => expect(wholeTicks([1, 3], 8)).toEqual([1, 2, 3]));

it('maps downwards as well', () => {
  const y = linear([0, 2], [100, 0]);
  expect([y(0), y(1), y(2)]).toEqual([100, 50, 0]);
});

it('lifts the pen where a value is missing', () => {
  const points: Point[] = [
    [0, 1],
    [1, Number.NaN],
    [2, 3],
    [3, 4],
  ];
  const same = (v: number): number => v;
  expect(linePath(points, same, same)).toBe('M0.0 1.0M2.0 3.0L3.0 4.0');
});

it('finds the nearest point', () => {
  const points: Point[] = [
    [1, 0],
    [4, 0],
  ];
  expect(nearest(points, 2)).toBe(0);
  expect(nearest(points, 3)).toBe(1);
  expect(nearest([], 3)).toBe(-1);
});
