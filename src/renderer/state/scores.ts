import { decodeConfidence, decodeSimilarity } from '@shared/run';
import { refinedScore } from '@shared/review';

/** Pixels by what a prediction stores of them: counts[(p byte << 8) | d byte]. One pass over the image serves every γ and β. */
export type ScoreCounts = Uint32Array;

export function countScores(confidence: Uint8Array, similarity: Uint8Array): ScoreCounts {
  const counts = new Uint32Array(65536);
  for (let i = 0; i < confidence.length; i++) counts[(confidence[i]! << 8) | similarity[i]!]!++;
  return counts;
}

/** Shares of the pixels by review state; `table` from `stateTable`. All 0 for no pixels. */
export function sharesByState(counts: ScoreCounts, table: Uint8Array): readonly [kept: number, lowConfidence: number, doubted: number] {
  const sums: [number, number, number] = [0, 0, 0];
  let all = 0;
  for (let i = 0; i < counts.length; i++) {
    const state = table[i]!;
    if (state === 0 || state === 1 || state === 2) sums[state] += counts[i]!;
    all += counts[i]!;
  }
  return all === 0 ? sums : [sums[0] / all, sums[1] / all, sums[2] / all];
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
