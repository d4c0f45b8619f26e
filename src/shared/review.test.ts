import { describe, expect, it } from 'vitest';
import { DOUBTED, KEPT, LOW_CONFIDENCE, refinedScore, stateOf, stateTable } from './review';
import { decodeConfidence, decodeSimilarity, encodeConfidence, encodeSimilarity } from './run';

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
