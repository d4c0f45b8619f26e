import { describe, expect, it } from 'vitest';
import { DOUBTED, KEPT, LOW_CONFIDENCE, refinedScore, stateOf, stateTable } from './review';
import { decodeConfidence, decodeSimilarity, encodeConfidence, encodeSimilarity } from './run';

describe('a stored similarity', () => {
  it.each([0, 0.1, 0.5, 0.8])('of %f comes back within 1/255', (d) => {
    expect(Math.abs(decodeSimilarity(encodeSimilarity(d)) - d)).toBeLessThanOrEqual(1 / 255);
  });

  it('is finer near 1, where most similarities are', () => {
    for (const d of [0.98, 0.985, 0.991, 0.9985]) expect(Math.abs(decodeSimilarity(encodeSimilarity(d)) - d)).toBeLessThan(6e-4);
    expect(decodeSimilarity(encodeSimilarity(1))).toBe(1);
  });
});

describe('review states', () => {
  it('tell apart low confidence and doubt', () => {
    expect(stateOf(0.9, 0.9, 0.7, 1)).toBe(KEPT);
    expect(stateOf(0.9, 0.7, 0.7, 1)).toBe(DOUBTED);
    expect(stateOf(0.6, 1, 0.7, 1)).toBe(LOW_CONFIDENCE);
    expect(refinedScore(0.8, 0.5, 2)).toBeCloseTo(0.2);
  });

  it('keep everything confident when β is 0, and count the threshold itself as kept', () => {
    expect(stateOf(0.7, 0.5, 0.7, 0)).toBe(KEPT);
    expect(stateOf(0.75, 1, 0.75, 1)).toBe(KEPT);
  });

  it('keep p̃ · d^β ≥ γ and no pixel less', () => {
    const table = stateTable(0.7, 1);
    expect([table[(255 << 8) | 255], table[(179 << 8) | 255], table[(178 << 8) | 255]]).toEqual([KEPT, KEPT, LOW_CONFIDENCE]);
    expect([table[(255 << 8) | 116], table[(255 << 8) | 115]]).toEqual([KEPT, DOUBTED]);
    expect(stateTable(0.7, 0)[179 << 8]).toBe(KEPT);
  });

  it('come from the table as from the formula', () => {
    const table = stateTable(0.7, 1);
    for (const p of [0, 0.3, 0.69, 0.71, 0.85, 1]) {
      for (const d of [0.5, 0.6, 0.83, 1]) {
        const [pb, db] = [encodeConfidence(p), encodeSimilarity(d)];
        expect(table[(pb << 8) | db]).toBe(stateOf(decodeConfidence(pb), decodeSimilarity(db), 0.7, 1));
      }
    }
  });
});
