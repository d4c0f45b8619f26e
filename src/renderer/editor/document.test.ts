import { applyDiff, checkDiff, diffOf, emptyLabelMap, invertDiff } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { LabelDocument } from './document';
import { union, EMPTY_RECT } from './geometry';
import { ANY, writeRule } from './rules';
import { random, same } from './testing';

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
