import { decodeConfidence, decodeSimilarity } from './run';

/** What became of a pixel's pseudo-label: used for learning; never confident enough; confident, but shaken by pruning. */
export const KEPT = 0;
export const LOW_CONFIDENCE = 1;
export const DOUBTED = 2;
export type ReviewState = typeof KEPT | typeof LOW_CONFIDENCE | typeof DOUBTED;

/** s = p̃ · d^β, the refined score of a pseudo-label; p̃ and d in [0, 1]. */
export const refinedScore = (p: number, d: number, beta: number): number => p * d ** beta;

/** Kept when s ≥ γ; doubted when p̃ ≥ γ alone; otherwise of low confidence. `p` and `d` in [0, 1]. */
export function stateOf(p: number, d: number, gamma: number, beta: number): ReviewState {
  if (p < gamma) return LOW_CONFIDENCE;
  return refinedScore(p, d, beta) >= gamma ? KEPT : DOUBTED;
}

/** States of all pairs of stored bytes (see `run.ts`): table[(p byte << 8) | d byte]. */
export function stateTable(gamma: number, beta: number): Uint8Array {
  const table = new Uint8Array(65536);
  for (let p = 0; p < 256; p++) {
    for (let d = 0; d < 256; d++) table[(p << 8) | d] = stateOf(decodeConfidence(p), decodeSimilarity(d), gamma, beta);
  }
  return table;
}
