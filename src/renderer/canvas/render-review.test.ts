import { IGNORE } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { gridOf } from './render';
import { renderDecided, renderDifference } from './render-review';

/** Each pixel of an image of one row as a square of 16 device pixels. */
const SIDE = 16;
const squares = (pixels: number) => {
  const device = { width: pixels * SIDE, height: SIDE };
  const words = new Uint32Array(device.width * SIDE).fill(9);
  return {
    words,
    grid: gridOf({ scale: SIDE, x: 0, y: 0 }, 1, device, { width: pixels, height: 1 }),
    rect: { x0: 0, y0: 0, x1: device.width, y1: SIDE },
    /** How many device pixels of a pixel have a colour. */
    count: (pixel: number, value: number) =>
      words.filter((word, at) => Math.floor((at % device.width) / SIDE) === pixel && word === value).length,
  };
};
const all = SIDE * SIDE;

describe('the difference of labels and prediction', () => {
  const labels = Uint8Array.of(0, 0, IGNORE, 1, 1);
  const predicted = Uint8Array.of(0, 1, 1, IGNORE, 0);
  const colors = { agreed: Uint32Array.of(1, 2), differs: Uint32Array.of(3, 4) };

  it('shows both classes where they differ, and nothing where one is missing', () => {
    const { words, grid, rect, count } = squares(5);
    renderDifference(words, grid, rect, { labels, predicted, width: 5 }, colors);
    expect(count(0, 1)).toBe(all);
    expect([count(1, 3), count(1, 4)]).toEqual([all / 2, all / 2]);
    expect([count(2, 0), count(3, 0)]).toEqual([all, all]);
    expect([count(4, 3), count(4, 4)]).toEqual([all / 2, all / 2]);
  });

  it('is hidden with the class that is labelled', () => {
    const { words, grid, rect, count } = squares(5);
    renderDifference(words, grid, rect, { labels, predicted, width: 5 }, { agreed: Uint32Array.of(0, 2), differs: Uint32Array.of(0, 4) });
    expect([count(0, 0), count(1, 0), count(4, 4)]).toEqual([all, all, all / 2]);
  });
});

describe('what was decided', () => {
  it('is solid where accepted and crossed out where the class predicted was rejected; the rest stays as it was drawn', () => {
    const { words, grid, rect, count } = squares(4);
    const predicted = Uint8Array.of(0, 1, 1, 1);
    const accepted = Uint8Array.of(0, IGNORE, IGNORE, IGNORE);
    const rejected = Uint8Array.of(1, 1, 0, IGNORE);
    const colors = { accepted: Uint32Array.of(1, 2), rejected: Uint32Array.of(3, 4), cross: Uint32Array.of(5, 6) };
    renderDecided(words, grid, rect, { accepted, rejected, predicted, width: 4 }, colors);
    expect(count(0, 1)).toBe(all);
    expect(count(1, 4) + count(1, 6)).toBe(all);
    expect(count(1, 6) / all).toBeGreaterThan(0.15);
    expect([count(2, 9), count(3, 9)], 'another class was rejected there, or none').toEqual([all, all]);
  });
});
