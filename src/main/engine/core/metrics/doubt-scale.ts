import type { ScoredPixels } from './selection-study';

/** β that Review can show at most, and the bins up to it. */
const MOST = 4;
const BIN = 0.05;
const BINS = Math.round(MOST / BIN);

/**
 * Finds the β at which doubt marks what stands out. The band that d lies in differs from run to run: near 1 once the projector has learnt,
 * far below after a quick run, when p̃ · d would doubt nearly every pixel. So β is taken from pixels with truth: the largest at which
 * `share` of those that are right and confident still count as kept.
 */
export class DoubtScale {
  /** Right pixels with p̃ ≥ γ, by the largest β at which they are kept, in bins of {@link BIN}; the last also holds all beyond. */
  readonly #counts = new Float64Array(BINS + 1);

  /**
   * @param gamma γ in ]0, 1]
   * @param share in ]0, 1[
   */
  constructor(
    private readonly gamma: number,
    private readonly share = 0.95,
  ) {}

  /** @param truth class index of each pixel */
  add({ classes, confidence, similarity }: ScoredPixels, truth: ArrayLike<number>): void {
    for (let i = 0; i < confidence.length; i++) {
      if (classes[i] !== truth[i] || confidence[i]! < this.gamma) continue;
      // p̃ · d^β ≥ γ as long as β ≤ ln(γ/p̃) / ln d.
      const most = similarity[i]! < 1 ? Math.log(this.gamma / confidence[i]!) / Math.log(similarity[i]!) : Infinity;
      this.#counts[Math.min(BINS, Math.floor(most / BIN))]!++;
    }
  }

  /** In [0.05, 4]; 1, as in the paper's figures, where no pixel is right and confident. */
  beta(): number {
    const all = this.#counts.reduce((sum, count) => sum + count, 0);
    if (all === 0) return 1;
    let kept = all;
    let bin = 0;
    while (bin < BINS && kept - this.#counts[bin]! >= this.share * all) kept -= this.#counts[bin++]!;
    return Math.max(1, bin) * BIN;
  }
}
