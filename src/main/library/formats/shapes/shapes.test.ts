import { describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { scribbles } from '../../testing/scribbles';
import { countsOf, countsOfText, spansOfCounts, textOfCounts } from './coco-rle';
import { paintSpans, polygonSpans } from './fill';
import { traceRegions } from './trace';

/** A map drawn with a letter for each class, and dots where there is none. */
function drawn(...rows: string[]): { data: Uint8Array; width: number; height: number } {
  const data = Uint8Array.from(rows.join(''), (letter) => (letter === '.' ? IGNORE : letter.charCodeAt(0) - 97));
  return { data, width: rows[0]!.length, height: rows.length };
}

describe('regions', () => {
  it('have the corners at which their outline turns, and holes over a cut', () => {
    const { data, ...size } = drawn('aaaa', 'a..a', 'aaaa', 'b...');
    expect(traceRegions(data, size)).toEqual([
      { classId: 0, points: [4, 0, 4, 3, 0, 3, 0, 1, 1, 1, 1, 2, 3, 2, 3, 1, 0, 1, 0, 0] },
      { classId: 1, points: [1, 3, 1, 4, 0, 4, 0, 3] },
    ]);
  });

  it('are parted where they touch by a corner', () => {
    const { data, ...size } = drawn('a.', '.a');
    expect(traceRegions(data, size)).toHaveLength(2);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('filled again are the map they were traced from (%i)', (seed) => {
    const size = { width: 5 + seed, height: 45 - seed };
    const data = scribbles(seed, size.width, size.height, [0, 1, 2]);
    const again = new Uint8Array(data.length).fill(IGNORE);
    let pixels = 0;
    for (const { classId, points } of traceRegions(data, size)) {
      const spans = polygonSpans(points, size);
      for (let i = 0; i < spans.length; i += 3) pixels += spans[i + 2]! - spans[i + 1]!;
      paintSpans(again, size, spans, classId);
    }
    expect(again).toEqual(data);
    expect(pixels, 'no pixel is covered twice').toBe(data.filter((id) => id !== IGNORE).length);
  });
});

describe('the polygons of others', () => {
  it('take time by columns and corners, not by how far off a corner is', () => {
    const far = Array.from({ length: 20_000 }, (_, i) => (i % 4 < 2 ? 1 : -1) * 1e15);
    expect(polygonSpans([0, 0, 1e15, 0, 1e15, 1e15, 0, 1e15], { width: 3, height: 2 })).toEqual([0, 0, 2, 1, 0, 2, 2, 0, 2]);
    expect(polygonSpans(far, { width: 100, height: 100 }).length).toBeLessThan(1e6);
  });

  it('with too few corners, or none, cover nothing', () => {
    for (const points of [[], [1], [1, 1], [1, 1, 5, 5]]) expect(polygonSpans(points, { width: 9, height: 9 })).toEqual([]);
  });
});

describe('run lengths', () => {
  it.each([0, 1, 2, 3, 4])('as a text are what they were (%i)', (seed) => {
    const size = { width: 37, height: 23 };
    const data = scribbles(seed, size.width, size.height, [0]);
    const spans = traceRegions(data, size)
      .flatMap(({ points }) => polygonSpans(points, size))
      .reduce<number[][]>((all, value, i) => (i % 3 === 0 ? all.push([value]) : all.at(-1)!.push(value), all), [])
      .sort(([ax, ay], [bx, by]) => ax! - bx! || ay! - by!)
      .flat();
    const again = new Uint8Array(data.length).fill(IGNORE);
    paintSpans(again, size, spansOfCounts(countsOfText(textOfCounts(countsOf(spans, size), size)), size), 0);
    expect(again).toEqual(data);
  });

  it.each([
    ['a text that stops in the middle', () => countsOfText('PPYo')],
    ['letters that mean nothing', () => countsOfText('\u00e9\n')],
    ['a length of many groups', () => countsOfText('ooooooooo')],
    ['more pixels than the image has', () => spansOfCounts([1, 1e12], { width: 2, height: 2 })],
    ['a run backwards', () => spansOfCounts([3, -1], { width: 2, height: 2 })],
    ['a length that is no number of pixels', () => spansOfCounts([0.5], { width: 2, height: 2 })],
  ])('are refused: %s', (_, read) => {
    expect(read).toThrow(RangeError);
  });
});
