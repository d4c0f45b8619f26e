import { describe, expect, it } from 'vitest';
import { imagePoint } from './geometry';
import { maskOfSpans, pixelCount } from './spans';
import { stampOf, stampOrigin, stampOutline, sweep } from './stamp';
import { random, same } from './testing/numbers';

const rows = (size: number): string[] => {
  const stamp = stampOf(size);
  return Array.from(stamp.left, (left, y) => '.'.repeat(left) + '#'.repeat(stamp.right[y]! - left) + '.'.repeat(size - stamp.right[y]!));
};

describe('stamps', () => {
  it('are the discs of their size', () => {
    expect(rows(1)).toEqual(['#']);
    expect(rows(2)).toEqual(['##', '##']);
    expect(rows(4)).toEqual(['.##.', '####', '####', '.##.']);
    expect(rows(5)).toEqual(['.###.', '#####', '#####', '#####', '.###.']);
    for (const size of [1, 7, 60, 499, 500]) expect(stampOf(size).size).toBe(size);
    expect(stampOf(9000).size).toBe(500);
    expect(stampOf(0).size).toBe(1);
  });

  it('hold exactly the pixels whose centres lie within half their size', () => {
    for (const size of [3, 8, 21, 64]) {
      const stamp = stampOf(size);
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const inside = Math.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2) <= size / 2;
          expect(x >= stamp.left[y]! && x < stamp.right[y]!).toBe(inside);
        }
      }
    }
  });

  it('centre odd sizes on the pixel under the pointer and even ones on the nearest corner', () => {
    expect(stampOrigin(1, imagePoint(4.9, 4.1))).toEqual({ x: 4, y: 4 });
    expect(stampOrigin(3, imagePoint(4.9, 4.1))).toEqual({ x: 3, y: 3 });
    expect(stampOrigin(2, imagePoint(4.9, 4.1))).toEqual({ x: 4, y: 3 });
  });

  it('have an outline enclosing as many pixels as they hold', () => {
    for (const size of [1, 2, 5, 30]) {
      const stamp = stampOf(size);
      const corners = stampOutline(stamp);
      let area = 0;
      for (let i = 0; i < corners.length; i += 2) {
        const j = (i + 2) % corners.length;
        area += corners[i]! * corners[j + 1]! - corners[j]! * corners[i + 1]!;
      }
      const pixels = stamp.left.reduce((n, left, y) => n + stamp.right[y]! - left, 0);
      expect(Math.abs(area / 2)).toBe(pixels);
    }
  });
});

describe('a sweep', () => {
  it('is the union of the dabs at every integer step, each pixel once', () => {
    const next = random(3);
    const frame = { x0: -60, y0: -60, x1: 120, y1: 120 };
    const point = () => imagePoint(next() * 60, next() * 60);
    for (let round = 0; round < 200; round++) {
      const stamp = stampOf(1 + Math.floor(next() * 24), round % 3 === 0 ? 'square' : 'circle');
      const [from, to] = [point(), point()];
      const spans = sweep(stamp, from, to);
      const dabs = naiveSweep(stamp, from, to);
      const mask = maskOfSpans(dabs, frame);
      expect(same(maskOfSpans(spans, frame), mask)).toBe(true);
      expect(pixelCount(spans)).toBe(mask.reduce((n, v) => n + v, 0));
    }
  });
});

function naiveSweep(stamp: ReturnType<typeof stampOf>, from: ReturnType<typeof imagePoint>, to: ReturnType<typeof imagePoint>): Int32Array {
  const [a, b] = [stampOrigin(stamp.size, from), stampOrigin(stamp.size, to)];
  const steps = Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y), 1);
  const out: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const x = Math.round(a.x + ((b.x - a.x) * step) / steps);
    const y = Math.round(a.y + ((b.y - a.y) * step) / steps);
    for (let row = 0; row < stamp.size; row++) out.push(y + row, x + stamp.left[row]!, x + stamp.right[row]!);
  }
  return Int32Array.from(out);
}
