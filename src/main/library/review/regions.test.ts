import { describe, expect, it } from 'vitest';
import { covers, NOWHERE, union } from './regions';

/** A region of an image of 40 pixels, by which of them it holds. */
function regionOf(pixels: readonly boolean[]): Uint32Array {
  const pairs: number[] = [];
  pixels.forEach((held, i) => {
    if (!held) return;
    if (i > 0 && pixels[i - 1]) pairs[pairs.length - 1]!++;
    else pairs.push(i, 1);
  });
  return Uint32Array.from(pairs);
}

/** Forty pixels, each held or not; another choice for each seed. */
const choice = (seed: number): boolean[] =>
  Array.from({ length: 40 }, (_, i) => Math.imul((i >> (seed % 3)) + seed * 97, 2654435761) >>> 30 < 2);

describe('regions', () => {
  it('are united and compared as sets of pixels are', () => {
    for (let seed = 0; seed < 200; seed++) {
      const [a, b] = [choice(seed), choice(seed + 1000)];
      const both = a.map((held, i) => held || b[i]!);
      expect(union(regionOf(a), regionOf(b))).toEqual(regionOf(both));
      expect(covers(regionOf(both), regionOf(a))).toBe(true);
      expect(covers(regionOf(a), regionOf(both))).toBe(both.every((held, i) => !held || a[i]!));
    }
  });

  it('touching each other become one span, and nothing is in everything', () => {
    expect(union(Uint32Array.of(0, 3, 9, 1), Uint32Array.of(3, 6))).toEqual(Uint32Array.of(0, 10));
    expect(covers(NOWHERE, NOWHERE)).toBe(true);
    expect(covers(NOWHERE, Uint32Array.of(1, 1))).toBe(false);
  });
});
