import { describe, expect, it } from 'vitest';
import { PageCache } from './page-cache';

const rows = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('PageCache', () => {
  it('asks only for the pages it lacks', () => {
    const cache = new PageCache<number>(10, 5);
    expect(cache.missing(5, 25)).toEqual([0, 1, 2]);
    cache.put(1, rows(10, 10));
    expect(cache.missing(5, 25)).toEqual([0, 2]);
    expect(cache.missing(5, 5)).toEqual([]);
    expect(cache.get(13)).toBe(13);
    expect(cache.get(3)).toBeUndefined();
  });

  it('does not ask for the page after a span that ends on a page boundary', () => {
    expect(new PageCache<number>(10, 5).missing(0, 10)).toEqual([0]);
  });

  it('forgets the page used longest ago', () => {
    const cache = new PageCache<number>(10, 2);
    cache.put(0, rows(0, 10));
    cache.put(1, rows(10, 10));
    cache.missing(0, 1);
    cache.put(2, rows(20, 10));
    expect(cache.get(0)).toBe(0);
    expect(cache.get(10)).toBeUndefined();
    expect(cache.get(20)).toBe(20);
  });

  it('changes rows in place', () => {
    const cache = new PageCache<number>(10, 2);
    cache.put(0, rows(0, 10));
    cache.update((row) => (row === 4 ? 40 : row));
    expect(cache.get(4)).toBe(40);
    expect(cache.get(5)).toBe(5);
  });
});
