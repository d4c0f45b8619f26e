/** What Eq. 7 is made of. */
export interface Curriculum {
  /** β at the first epoch, 1 in the paper. */
  readonly betaMax: number;
  /** β at the last epoch, 0 in the paper. */
  readonly betaMin: number;
  /** σ > 0: how fast β falls at first, 0.3 in the paper. */
  readonly sigma: number;
}

/**
 * Eq. 7: β_t = β_max − (β_max − β_min)(t / t_max)^σ. The paper prints β_max + β_min, a slip: the same at its β_min = 0.
 * @param epoch t in 0…epochs, counted from the start of training
 * @param epochs t_max
 */
export function curriculumBeta({ betaMax, betaMin, sigma }: Curriculum, epoch: number, epochs: number): number {
  return betaMax - (betaMax - betaMin) * (epoch / epochs) ** sigma;
}
