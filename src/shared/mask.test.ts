import { describe, expect, it } from 'vitest';
import { applyDiff, decodeRle, diffOf, encodeRle, invertDiff } from './mask';

function noise(size: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) % 5 === 0 ? state >>> 30 : 255;
  });
}

describe('run-length encoding', () => {
  it('gives back the same pixels', () => {
    const data = noise(999, 7);
    expect(decodeRle(encodeRle(data), data.length)).toEqual(data);
    expect(encodeRle(new Uint8Array(0))).toHaveLength(0);
  });

  it('refuses runs that do not cover the map exactly', () => {
    expect(() => decodeRle(Uint32Array.of(5, 1), 4)).toThrow(RangeError);
    expect(() => decodeRle(Uint32Array.of(3, 1), 4)).toThrow(RangeError);
    expect(() => decodeRle(Uint32Array.of(4, 300), 4)).toThrow(RangeError);
    expect(() => decodeRle(Uint32Array.of(4, 1, 0), 4)).toThrow(RangeError);
  });
});

describe('label diffs', () => {
  it('apply and invert exactly', () => {
    const before = noise(500, 1);
    const after = noise(500, 2);
    const diff = diffOf(before, after);
    const data = before.slice();
    applyDiff(data, diff);
    expect(data).toEqual(after);
    applyDiff(data, invertDiff(diff));
    expect(data).toEqual(before);
  });

  it('refuse to write where the map is not as expected, and then write nothing', () => {
    const data = Uint8Array.of(1, 1, 2, 2);
    const diff = diffOf(Uint8Array.of(1, 1, 3, 2), Uint8Array.of(0, 1, 0, 2));
    expect(() => applyDiff(data, diff)).toThrow(RangeError);
    expect(data).toEqual(Uint8Array.of(1, 1, 2, 2));
    expect(() => applyDiff(data, Uint32Array.of(3, 2, 2 | (1 << 8)))).toThrow(RangeError);
  });
});
