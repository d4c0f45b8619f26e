import { IGNORE } from '@shared/mask';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import { refinedScore } from '@shared/review';
import type { Judged, PredictionPlanes } from '../editor/raster/region';

/** Pixels by what a prediction stores of them: counts[(p byte << 8) | d byte]. One pass over the image serves every γ and β. */
export type ScoreCounts = Uint32Array;

export function countScores(confidence: Uint8Array, similarity: Uint8Array): ScoreCounts {
  const counts = new Uint32Array(65536);
  for (let i = 0; i < confidence.length; i++) counts[(confidence[i]! << 8) | similarity[i]!]!++;
  return counts;
}

/** The same of each class that is predicted anywhere. */
export function countByClass({ classes, confidence, similarity }: PredictionPlanes): ReadonlyMap<number, ScoreCounts> {
  const counts = new Map<number, ScoreCounts>();
  let id = IGNORE;
  let own: ScoreCounts = new Uint32Array(0);
  for (let i = 0; i < classes.length; i++) {
    // Neighbours mostly are of one class.
    if (classes[i] !== id) {
      id = classes[i]!;
      own = counts.get(id) ?? new Uint32Array(65536);
      if (id !== IGNORE) counts.set(id, own);
    }
    if (id !== IGNORE) own[(confidence[i]! << 8) | similarity[i]!]!++;
  }
  return counts;
}

/** The same of the pixels that can still be accepted: those that are neither labelled nor rejected. */
export function countOpen({ planes, rejected }: Judged, labels: Uint8Array): ScoreCounts {
  const { classes, confidence, similarity } = planes;
  const counts = new Uint32Array(65536);
  for (let i = 0; i < classes.length; i++) {
    if (labels[i] !== IGNORE || classes[i] === IGNORE) continue;
    if (rejected !== null && rejected[i] === classes[i]) continue;
    counts[(confidence[i]! << 8) | similarity[i]!]!++;
  }
  return counts;
}

/** Pixels by review state; `table` from `stateTable`. */
export function sumByState(counts: ScoreCounts, table: Uint8Array): readonly [kept: number, lowConfidence: number, doubted: number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < counts.length; i++) sums[table[i]! as 0 | 1 | 2] += counts[i]!;
  return sums;
}

/** Shares of the pixels by review state; `table` from `stateTable`. All 0 for no pixels. */
export function sharesByState(counts: ScoreCounts, table: Uint8Array): readonly [kept: number, lowConfidence: number, doubted: number] {
  const [kept, low, doubted] = sumByState(counts, table);
  const all = kept + low + doubted;
  return all === 0 ? [0, 0, 0] : [kept / all, low / all, doubted / all];
}

/** A column of the histogram of s: shares of all pixels, by review state. */
export type Bin = readonly [kept: number, lowConfidence: number, doubted: number];

/** Histogram of s = p̃ · d^β over `bins` equal columns of [0, 1]; the shares of all columns sum to 1. */
export function scoreHistogram(counts: ScoreCounts, table: Uint8Array, beta: number, bins: number): Bin[] {
  const out = Array.from({ length: bins }, (): [number, number, number] => [0, 0, 0]);
  let all = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    const s = refinedScore(decodeConfidence(i >> 8), decodeSimilarity(i & 255), beta);
    const state = table[i]! as 0 | 1 | 2;
    out[Math.min(bins - 1, Math.floor(s * bins))]![state] += count;
    all += count;
  }
  for (const bin of out) for (const state of [0, 1, 2] as const) bin[state] /= all;
  return out;
}

/** The value of a map by stored bytes, `(p byte << 8) | d byte`, in [0, 1]: p̃, d, or s = p̃ · d^β. */
export function mapValue(map: 'confidence' | 'similarity' | 'score', beta: number): (bytes: number) => number {
  const [p, d] = [(bytes: number) => decodeConfidence(bytes >> 8), (bytes: number) => decodeSimilarity(bytes & 255)];
  if (map === 'confidence') return p;
  return map === 'similarity' ? d : (bytes) => refinedScore(p(bytes), d(bytes), beta);
}

/** Shares of the pixels by a value of their stored bytes, over `bins` equal columns of [0, 1]; 0 for no pixels. */
export function valueHistogram(counts: ScoreCounts, valueOf: (bytes: number) => number, bins: number): number[] {
  const out = new Array<number>(bins).fill(0);
  let all = 0;
  for (let bytes = 0; bytes < counts.length; bytes++) {
    const count = counts[bytes]!;
    if (count === 0) continue;
    out[Math.min(bins - 1, Math.floor(valueOf(bytes) * bins))]! += count;
    all += count;
  }
  return all === 0 ? out : out.map((count) => count / all);
}
