import { applyDiff, checkDiff, diffOf, emptyLabelMap, invertDiff } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { LabelDocument } from './document';
import { union, EMPTY_RECT } from './geometry';
import { ANY, writeRule } from './rules';
import { random, same } from './testing/numbers';

const [width, height] = [150, 140];

function randomSpans(next: () => number, count: number): Int32Array {
  const at = (limit: number): number => Math.floor(next() * (limit + 40)) - 20;
  const spans = Array.from({ length: count }, () => {
    const x = at(width);
    return [at(height), x, x + Math.floor(next() * 90)];
  });
  return Int32Array.from(spans.flat());
}

describe('a gesture', () => {
  it('gives the exact difference, tile borders and image edges included', () => {
    const next = random(1);
    const document = new LabelDocument(emptyLabelMap(width, height));
    for (let round = 0; round < 60; round++) {
      const before = document.data.slice();
      const gesture = document.begin(ANY);
      for (let part = 0; part < 4; part++) gesture.write(randomSpans(next, 8), Math.floor(next() * 4));
      const diff = gesture.commit();
      checkDiff(diff, width * height);
      expect(same(diff, diffOf(before, document.data))).toBe(true);
      applyDiff(before, diff);
      expect(same(before, document.data)).toBe(true);
    }
  });

  it('leaves no trace when it is cancelled, and can be drawn anew', () => {
    const next = random(2);
    const document = new LabelDocument(emptyLabelMap(width, height));
    document.begin(ANY).write(randomSpans(next, 20), 1);
    document.gesture!.commit();
    const before = document.data.slice();
    const gesture = document.begin(ANY);
    gesture.write(randomSpans(next, 20), 2);
    gesture.restart();
    expect(same(document.data, before)).toBe(true);
    gesture.write(Int32Array.of(3, 5, 9), 2);
    gesture.restart();
    gesture.write(Int32Array.of(4, 5, 9), 3);
    gesture.cancel();
    expect(same(document.data, before)).toBe(true);
    expect(document.gesture).toBeNull();
    expect(() => gesture.write(Int32Array.of(4, 5, 9), 3)).toThrow();
  });

  it('tells of every pixel it changed', () => {
    const document = new LabelDocument(emptyLabelMap(width, height));
    let told = EMPTY_RECT;
    document.changed.on((rect) => (told = union(told, rect)));
    const gesture = document.begin(ANY);
    gesture.write(Int32Array.of(-3, 0, 9, 7, -4, 6, 9, 140, 190), 1);
    expect(told).toEqual({ x0: 0, y0: 7, x1: 150, y1: 10 });
    told = EMPTY_RECT;
    gesture.cancel();
    expect(told).toEqual({ x0: 0, y0: 7, x1: 150, y1: 10 });
  });

  it('counts pixels of each class once it ends', () => {
    const document = new LabelDocument(emptyLabelMap(10, 10));
    const gesture = document.begin(ANY);
    gesture.write(Int32Array.of(0, 0, 7), 3);
    expect(document.counts[3]).toBe(0);
    const diff = gesture.commit();
    expect([document.counts[3], document.counts[255]]).toEqual([7, 93]);
    document.apply(invertDiff(diff));
    expect([document.counts[3], document.counts[255]]).toEqual([0, 100]);
  });

  it('is one at a time, and diffs wait for its end', () => {
    const document = new LabelDocument(emptyLabelMap(10, 10));
    document.begin(ANY);
    expect(() => document.begin(ANY)).toThrow();
    expect(() => document.apply(new Uint32Array(0))).toThrow();
  });
});

describe('the rectangle a diff touches', () => {
  const document = new LabelDocument(emptyLabelMap(width, height));

  it('holds every pixel of it and no row or column more', () => {
    const next = random(4);
    for (let round = 0; round < 40; round++) {
      const empty = document.data.slice();
      const gesture = document.begin(ANY);
      gesture.write(randomSpans(next, 1 + Math.floor(next() * 4)), round % 2);
      const diff = gesture.commit();
      const places = [...document.data.keys()].filter((i) => document.data[i] !== empty[i]);
      const [columns, rows] = [places.map((i) => i % width), places.map((i) => Math.floor(i / width))];
      const { x0, y0, x1, y1 } = document.boundsOf(diff);
      if (places.length === 0) continue;
      expect([y0, y1]).toEqual([Math.min(...rows), Math.max(...rows) + 1]);
      // A run that goes on in the next row takes whole rows.
      expect(x0).toBeLessThanOrEqual(Math.min(...columns));
      expect(x1).toBeGreaterThan(Math.max(...columns));
      document.replace(empty.fill(255));
    }
  });

  it('is exact where no run goes over the end of a row, and whole rows where one does', () => {
    const run = (y: number, x: number, length: number): number[] => [y * width + x, length, 255];
    expect(document.boundsOf(Uint32Array.from([run(3, 20, 5), run(4, 7, 2), run(9, 40, 1)].flat()))).toEqual({
      x0: 7,
      y0: 3,
      x1: 41,
      y1: 10,
    });
    expect(document.boundsOf(Uint32Array.from([run(3, 20, 5), run(5, 140, 20)].flat()))).toEqual({ x0: 0, y0: 3, x1: width, y1: 7 });
  });
});

describe('what painting may overwrite', () => {
  const none = new Set<number>();
  const allowed = (...args: Parameters<typeof writeRule>): number[] => {
    const rule = writeRule(...args);
    return [0, 1, 2, 255].filter((v) => rule[v] === 1);
  };

  it('follows the mode', () => {
    expect(allowed('replace', 1, 1, none)).toEqual([0, 1, 2, 255]);
    expect(allowed('preserve', 1, 1, none)).toEqual([255]);
    expect(allowed('unlabelled', 1, 1, none)).toEqual([255]);
    expect(allowed('replace', 255, 1, none)).toEqual([0, 1, 2, 255]);
    expect(allowed('preserve', 255, 1, none)).toEqual([1]);
    expect(allowed('unlabelled', 255, 1, none)).toEqual([0, 1, 2, 255]);
  });

  it('is never a locked class, and a locked class is not painted', () => {
    expect(allowed('replace', 1, 1, new Set([2]))).toEqual([0, 1, 255]);
    expect(allowed('replace', 2, 2, new Set([2]))).toEqual([]);
    expect(allowed('preserve', 255, 2, new Set([2]))).toEqual([]);
  });
});
