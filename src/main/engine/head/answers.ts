import { type Confusion, emptyConfusion } from '../core/metrics/confusion';
import type { JudgedPixels } from '../core/fitted-confidence';
import type { PixelTable } from './table';

/** What heads say of labelled pixels, and what those are. */
export class Answers {
  readonly #parts: { readonly logits: Float32Array; readonly table: PixelTable; readonly shift: Float64Array }[] = [];

  /** @param classes K */
  constructor(readonly classes: number) {}

  /**
   * @param logits of a head, [rows, K]
   * @param shift of the head, see {@link priorShift}
   */
  add(logits: Float32Array, table: PixelTable, shift: Float64Array): void {
    this.#parts.push({ logits, table, shift });
  }

  /** Each answer with its truth, the class index, and the pixels that it stands for. @param logits [K], only valid during the call */
  each(prior: number, use: (logits: Float32Array, truth: number, weight: number) => void): void {
    const K = this.classes;
    const shifted = new Float32Array(K);
    for (const { logits, table, shift } of this.#parts)
      table.rows.labels.forEach((truth, row) => {
        if (truth >= K) return;
        for (let k = 0; k < K; k++) shifted[k] = logits[row * K + k]! + prior * shift[k]!;
        use(shifted, truth, table.rows.weights[row]!);
      });
  }

  /** Compares the answers with the truth, each as many times as the pixels that it stands for. @param prior τ of {@link priorShift} */
  confusion(prior: number): Confusion {
    const confusion = emptyConfusion(this.classes);
    this.each(prior, (logits, truth, weight) => (confusion.counts[truth * this.classes + largest(logits)]! += weight));
    return confusion;
  }

  /** The answers of each head by themselves. */
  get heads(): Answers[] {
    return this.#parts.map(({ logits, table, shift }) => {
      const own = new Answers(this.classes);
      own.add(logits, table, shift);
      return own;
    });
  }

  /** The classes that the answers give, and how probable they and the second-best ones are. @param prior τ of {@link priorShift} */
  judged(prior: number): JudgedPixels {
    const classes: number[] = [];
    const [best, second, right, weights]: [number[], number[], number[], number[]] = [[], [], [], []];
    this.each(prior, (logits, truth, weight) => {
      const first = largest(logits);
      const next = largest(logits.with(first, -Infinity));
      const sum = logits.reduce((all, logit) => all + Math.exp(logit - logits[first]!), 0);
      classes.push(first);
      best.push(1 / sum);
      second.push(next === first ? 0 : Math.exp(logits[next]! - logits[first]!) / sum);
      right.push(Number(first === truth));
      weights.push(weight);
    });
    const floats = { best: Float32Array.from(best), second: Float32Array.from(second), weights: Float32Array.from(weights) };
    return { classes: Uint8Array.from(classes), right: Uint8Array.from(right), ...floats };
  }
}

/**
 * What is added to the logits of a head that was trained on balanced pixels so that it expects classes as often as labels have them:
 * τ times log(π / π_drawn), which this gives (logit adjustment, Menon et al. 2021).
 */
export function priorShift({ shares, drawnShares }: PixelTable): Float64Array {
  return shares.map((share, k) => (share === 0 ? 0 : Math.log(share / drawnShares[k]!)));
}

/** Index of the largest number. */
export function largest(numbers: Float32Array): number {
  let best = 0;
  for (let k = 1; k < numbers.length; k++) if (numbers[k]! > numbers[best]!) best = k;
  return best;
}

/** Probabilities of classes. @param logits [rows, K], which are replaced */
export function softmax(logits: Float32Array, K: number): Float32Array {
  for (let from = 0; from < logits.length; from += K) {
    const row = logits.subarray(from, from + K);
    const most = row[largest(row)]!;
    let sum = 0;
    for (let k = 0; k < K; k++) sum += row[k] = Math.exp(row[k]! - most);
    for (let k = 0; k < K; k++) row[k]! /= sum;
  }
  return logits;
}
