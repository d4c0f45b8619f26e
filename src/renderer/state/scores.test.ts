import { describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { DOUBTED, KEPT, LOW_CONFIDENCE, stateTable } from '@shared/review';
import { encodeConfidence, encodeSimilarity } from '@shared/run';
import { countByClass, countOpen, countScores, mapValue, scoreHistogram, sharesByState, sumByState, valueHistogram } from './scores';

const planes = (pixels: readonly (readonly [p: number, d: number])[]): [Uint8Array, Uint8Array] => [
  Uint8Array.from(pixels, ([p]) => encodeConfidence(p)),
  Uint8Array.from(pixels, ([, d]) => encodeSimilarity(d)),
];
/** Kept, of low confidence, and twice confident but shaken. */
const counts = countScores(
  ...planes([
    [0.95, 0.98],
    [0.4, 1],
    [0.9, 0.6],
    [0.9, 0.6],
  ]),
);

describe('sharesByState', () => {
  it('splits pixels by what happened to them', () => {
    const shares = sharesByState(counts, stateTable(0.7, 1));
    expect(shares[KEPT]).toBe(0.25);
    expect(shares[LOW_CONFIDENCE]).toBe(0.25);
    expect(shares[DOUBTED]).toBe(0.5);
  });

  it('doubts nothing when pruning weighs nothing', () => {
    expect(sharesByState(counts, stateTable(0.7, 0))).toEqual([0.75, 0.25, 0]);
  });

  it('is all zero without pixels', () => {
    expect(sharesByState(new Uint32Array(65536), stateTable(0.7, 1))).toEqual([0, 0, 0]);
  });
});

describe('scoreHistogram', () => {
  it('puts each pixel at its score, by state', () => {
    const bins = scoreHistogram(counts, stateTable(0.7, 1), 1, 10);
    expect(bins[9]).toEqual([0.25, 0, 0]);
    expect(bins[4]).toEqual([0, 0.25, 0]);
    expect(bins[5]).toEqual([0, 0, 0.5]);
    expect(bins.flat().reduce((a, b) => a + b)).toBeCloseTo(1);
  });

  it('counts a score of 1 in the last column', () => {
    const certain = countScores(...planes([[1, 1]]));
    expect(scoreHistogram(certain, stateTable(0.7, 1), 1, 10)[9]).toEqual([1, 0, 0]);
  });
});

describe('counts', () => {
  const planes = {
    width: 3,
    height: 2,
    classes: Uint8Array.of(1, 1, 2, 2, IGNORE, 1),
    confidence: Uint8Array.of(5, 5, 6, 5, 5, 7),
    similarity: Uint8Array.of(1, 1, 1, 2, 1, 1),
  };
  const listed = (counts: Uint32Array): [number, number][] => [...counts.entries()].filter(([, n]) => n > 0);

  it('are of each class alone, and of nothing where nothing is predicted', () => {
    const counts = countByClass(planes);
    expect([...counts.keys()].sort()).toEqual([1, 2]);
    expect(listed(counts.get(1)!)).toEqual([
      [(5 << 8) | 1, 2],
      [(7 << 8) | 1, 1],
    ]);
    expect(listed(counts.get(2)!)).toEqual([
      [(5 << 8) | 2, 1],
      [(6 << 8) | 1, 1],
    ]);
  });

  it('of what can still be accepted leave out what is labelled, and what was rejected of the class predicted', () => {
    const labels = Uint8Array.of(IGNORE, 0, IGNORE, IGNORE, IGNORE, IGNORE);
    const rejected = Uint8Array.of(2, IGNORE, 2, IGNORE, 1, IGNORE);
    expect(listed(countOpen({ planes, rejected }, labels))).toEqual([
      [(5 << 8) | 1, 1],
      [(5 << 8) | 2, 1],
      [(7 << 8) | 1, 1],
    ]);
    expect(sumByState(countOpen({ planes, rejected: null }, labels), stateTable(0.02, 0))).toEqual([2, 2, 0]);
  });
});

it('the histogram of a map holds every pixel once, by its value', () => {
  const planes = {
    confidence: Uint8Array.from([0, 0.5, 1, 1], encodeConfidence),
    similarity: Uint8Array.from([1, 1, 0.4, 1], encodeSimilarity),
  };
  const counts = countScores(planes.confidence, planes.similarity);
  expect(valueHistogram(counts, mapValue('confidence', 1), 4)).toEqual([1 / 4, 0, 1 / 4, 2 / 4]);
  expect(valueHistogram(counts, mapValue('similarity', 1), 2)).toEqual([1 / 4, 3 / 4]);
  // s = p̃ · d^2: 0, 1/2, 0.16, 1.
  expect(valueHistogram(counts, mapValue('score', 2), 2)).toEqual([2 / 4, 2 / 4]);
  expect(valueHistogram(new Uint32Array(65536), mapValue('score', 2), 2)).toEqual([0, 0]);
});
