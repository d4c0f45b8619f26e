import { expect, it } from 'vitest';
import { bytesText, count, duration, percent, significant, timeLeft } from './format';

it('writes durations in the unit one would say', () => {
  expect(duration(0.2)).toBe('0 s');
  expect(duration(45)).toBe('45 s');
  expect(duration(59.7)).toBe('1 min');
  expect(duration(185)).toBe('3 min');
  expect(duration(3600)).toBe('1 h');
  expect(duration(4800)).toBe('1 h 20 min');
  expect(duration(Number.POSITIVE_INFINITY)).toBe('–');
});

it('says when the time left is not known', () => {
  expect(timeLeft(null)).toBe('estimating time left');
  expect(timeLeft(61)).toBe('1 min left');
});

it('never rounds a share that exists to nothing', () => {
  expect(percent(0)).toBe('0 %');
  expect(percent(0.004)).toBe('< 1 %');
  expect(percent(0.126)).toBe('13 %');
  expect([percent(0.994), percent(0.9951), percent(1)]).toEqual(['99 %', '> 99 %', '100 %']);
});

it('counts with a noun', () => {
  expect(count(1, 'image')).toBe('1 image');
  expect(count(12000, 'image')).toBe('12,000 images');
  expect(count(2, 'class', 'classes')).toBe('2 classes');
});

it('keeps significant digits', () => {
  expect(significant(0.69314)).toBe('0.693');
  expect(significant(0.0000123)).toBe('1.23e-5');
  expect(significant(0)).toBe('0');
});

it('bytes are told in the unit that fits', () => {
  expect([0, 999, 1500, 120_400_000, 99_600_000, 2.55e9, 3e15].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.5 kB',
    '120 MB',
    '100 MB',
    '2.5 GB',
    '3000 TB',
  ]);
});
