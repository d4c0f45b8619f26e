import { describe, expect, it } from 'vitest';
import type { ImagePixels } from '../pixels';
import { similarTo } from '../pixels';
import { maskOfSpans, type Spans } from '../spans';
import { random, same } from '../testing/numbers';
import { flood } from './flood';
import { floodToEdges } from './flood-to-edges';

const [WIDTH, HEIGHT] = [60, 40];
const maskOf = (spans: Spans): Uint8Array => maskOfSpans(spans, { x0: 0, y0: 0, x1: WIDTH, y1: HEIGHT });
const picture = (grey: (x: number, y: number) => number): ImagePixels => {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let i = 0; i < WIDTH * HEIGHT; i++) data.fill(grey(i % WIDTH, Math.floor(i / WIDTH)), i * 4, i * 4 + 3);
  return { width: WIDTH, height: HEIGHT, data };
};

describe('a fill that stops at edges', () => {
  /** Brightness rises slowly; in the middle it jumps, over three pixels, by less than the slow rise makes altogether. */
  const pixels = picture((x) => 60 + x + (x > 31 ? 24 : x === 31 ? 16 : x === 30 ? 8 : 0));

  it('stops at the crest of an edge that tolerance alone goes over', () => {
    const similar = similarTo(pixels, 20 * WIDTH, 100);
    expect(maskOf(flood(pixels, 0, 20, similar)).every((v) => v === 1)).toBe(true);
    const filled = maskOf(floodToEdges(pixels, 0, 20, similar, 5));
    const columns = Array.from({ length: WIDTH }, (_, x) => filled[20 * WIDTH + x]!);
    expect(columns.lastIndexOf(1)).toBeGreaterThanOrEqual(29);
    expect(columns.lastIndexOf(1)).toBeLessThanOrEqual(31);
  });

  it('never takes more than tolerance alone, and the same where every edge is below the limit', () => {
    const next = random(6);
    for (let round = 0; round < 40; round++) {
      const noisy = picture((x, y) => 80 + 40 * Math.sin(x / 5 + round) * Math.cos(y / 7) + next() * 12);
      const [x, y] = [Math.floor(next() * WIDTH), Math.floor(next() * HEIGHT)];
      const similar = similarTo(noisy, y * WIDTH + x, 10 + next() * 40);
      const plain = maskOf(flood(noisy, x, y, similar));
      const stopped = maskOf(floodToEdges(noisy, x, y, similar, 1 + next() * 10));
      expect(stopped[y * WIDTH + x]).toBe(1);
      expect(stopped.every((v, i) => v <= plain[i]!)).toBe(true);
      expect(same(maskOf(floodToEdges(noisy, x, y, similar, 1000)), plain)).toBe(true);
    }
  });
});
