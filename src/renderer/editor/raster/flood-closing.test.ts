import { describe, expect, it } from 'vitest';
import { maskOfSpans, type Spans } from '../spans';
import { random, same } from '../testing/numbers';
import { flood } from './flood';
import { floodClosing } from './flood-closing';

const image = { width: 40, height: 30 };
const frame = { x0: 0, y0: 0, x1: image.width, y1: image.height };
const maskOf = (spans: Spans): Uint8Array => maskOfSpans(spans, frame);

/** Free ground with walls of `count` lines drawn at random. */
function walls(seed: number, count: number): Uint8Array {
  const next = random(seed);
  const ground = new Uint8Array(image.width * image.height).fill(1);
  for (let line = 0; line < count; line++) {
    let [x, y] = [next() * image.width, next() * image.height];
    const direction = next() * 2 * Math.PI;
    for (let length = next() * 30; length > 0; length--) {
      ground[Math.floor(y) * image.width + Math.floor(x)] = 0;
      [x, y] = [
        Math.min(image.width - 1, Math.max(0, x + Math.cos(direction))),
        Math.min(image.height - 1, Math.max(0, y + Math.sin(direction))),
      ];
    }
  }
  return ground;
}

/** Moves a square about, place by place, and tells which pixels it covers; the places it may be at, too. */
function squareReference(ground: Uint8Array, side: number, x: number, y: number): { reached: Uint8Array; rooms: Uint8Array } {
  const { width, height } = image;
  const fits = (left: number, top: number): boolean => {
    if (left < 0 || top < 0 || left + side > width || top + side > height) return false;
    for (let v = top; v < top + side; v++) for (let u = left; u < left + side; u++) if (ground[v * width + u] === 0) return false;
    return true;
  };
  const cover = (out: Uint8Array, left: number, top: number): void => {
    for (let v = top; v < top + side; v++) out.fill(1, v * width + left, v * width + left + side);
  };
  const [reached, rooms] = [new Uint8Array(width * height), new Uint8Array(width * height)];
  for (let top = 0; top < height; top++) for (let left = 0; left < width; left++) if (fits(left, top)) cover(rooms, left, top);
  const seen = new Set<string>();
  const queue: [number, number][] = [];
  for (let top = y - side + 1; top <= y; top++) for (let left = x - side + 1; left <= x; left++) queue.push([left, top]);
  for (const [left, top] of queue) {
    if (seen.has(`${left} ${top}`) || !fits(left, top)) continue;
    seen.add(`${left} ${top}`);
    cover(reached, left, top);
    queue.push([left - 1, top], [left + 1, top], [left, top - 1], [left, top + 1]);
  }
  return { reached, rooms };
}

describe('a fill that closes gaps', () => {
  it('of none is a flood fill', () => {
    const next = random(2);
    for (let round = 0; round < 50; round++) {
      const ground = walls(round, 12);
      const [x, y] = [Math.floor(next() * image.width), Math.floor(next() * image.height)];
      const accept = (i: number): boolean => ground[i] === 1;
      expect(same(maskOf(floodClosing(image, x, y, accept, 0)), maskOf(flood(image, x, y, accept)))).toBe(true);
    }
  });

  it('takes what a square one wider than the gap reaches, and beside it only recesses, no deeper than the gap', () => {
    const next = random(4);
    let checked = 0;
    for (let round = 0; round < 120; round++) {
      const ground = walls(round, 10);
      const gap = 1 + Math.floor(next() * 4);
      const [x, y] = [Math.floor(next() * image.width), Math.floor(next() * image.height)];
      const { reached, rooms } = squareReference(ground, gap + 1, x, y);
      if (reached[y * image.width + x] === 0) continue;
      checked++;
      const filled = maskOf(floodClosing(image, x, y, (i) => ground[i] === 1, gap));
      const nearReached = (i: number): boolean =>
        reached.some((v, j) => {
          const distance = Math.abs((i % 40) - (j % 40)) + Math.abs(Math.floor(i / 40) - Math.floor(j / 40));
          return v === 1 && distance <= gap;
        });
      filled.forEach((value, i) => {
        if (reached[i] === 1) expect(value).toBe(1);
        else if (value === 1) expect([ground[i], rooms[i], nearReached(i)]).toEqual([1, 0, true]);
      });
    }
    expect(checked).toBeGreaterThan(40);
  });

  it('does not leak through gaps up to its width, in walls of any direction, and does through wider ones', () => {
    const next = random(8);
    for (let round = 0; round < 150; round++) {
      // A wall from the top to the bottom edge, slanted at most 45°, one to three pixels thick, with a gap of `width` rows.
      const slant = (next() - 0.5) * (36 / 30);
      const [thickness, width, gapAt] = [1 + Math.floor(next() * 3), 1 + Math.floor(next() * 5), 10 + Math.floor(next() * 8)];
      const wallAt = (y: number): number => Math.floor(20 + (y - 15) * slant);
      const inGap = (y: number): boolean => y >= gapAt && y < gapAt + width;
      const accept = (i: number): boolean => {
        const [px, py] = [i % 40, Math.floor(i / 40)];
        return inGap(py) || px < wallAt(py) || px >= wallAt(py) + thickness;
      };
      const right = (mask: Uint8Array): number =>
        mask.reduce((n, v, i) => n + (v === 1 && i % 40 > wallAt(Math.floor(i / 40)) + thickness + width + 5 ? 1 : 0), 0);
      expect(right(maskOf(floodClosing(image, 1, 15, accept, width)))).toBe(0);
      expect(right(maskOf(flood(image, 1, 15, accept)))).toBeGreaterThan(40);
    }
    const straight = (i: number): boolean => i % 40 !== 20 || (Math.floor(i / 40) >= 10 && Math.floor(i / 40) < 14);
    expect(maskOf(floodClosing(image, 1, 15, straight, 3))[5 * 40 + 35]).toBe(1);
    expect(maskOf(floodClosing(image, 1, 15, straight, 4))[5 * 40 + 35]).toBe(0);
  });

  it('closes what it can where it starts between near walls, and fills the corners of a room', () => {
    const corridor = (i: number): boolean => Math.floor(i / 40) >= 10 && Math.floor(i / 40) < 13;
    expect(maskOf(floodClosing(image, 5, 11, corridor, 20)).reduce((n, v) => n + v, 0)).toBe(3 * 40);
    const round = (i: number): boolean => Math.hypot((i % 40) - 20, Math.floor(i / 40) - 15) < 12;
    expect(same(maskOf(floodClosing(image, 20, 15, round, 6)), maskOf(flood(image, 20, 15, round)))).toBe(true);
    expect(floodClosing(image, 1, 1, round, 6)).toHaveLength(0);
  });
});
