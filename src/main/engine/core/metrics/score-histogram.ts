/** How often each score occurs among right and wrong pseudo-labels: `bins` equal bins of [0, 1], the last one closed. */
export interface ScoreHistogram {
  readonly right: Float64Array;
  readonly wrong: Float64Array;
}

/** Confidences crowd near 1: so many bins still tell them apart there. */
export const CONFIDENCE_BINS = 10_000;

export function emptyHistogram(bins: number): ScoreHistogram {
  return { right: new Float64Array(bins), wrong: new Float64Array(bins) };
}

/** Adds a score to a histogram, in place. @param weight how many pixels have it */
export function addScore({ right, wrong }: ScoreHistogram, score: number, isRight: boolean, weight = 1): void {
  const bins = right.length;
  (isRight ? right : wrong)[Math.min(bins - 1, Math.floor(score * bins))]! += weight;
}

/**
 * Adds pixels to a histogram, in place.
 * @param score of each pixel, in [0, 1]
 * @param predicted pseudo-label of each pixel
 * @param truth class of each pixel; pixels of a value ≥ `classes` (255) are not counted
 */
export function addToHistogram(
  histogram: ScoreHistogram,
  score: ArrayLike<number>,
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): void {
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]! < classes) addScore(histogram, score[i]!, predicted[i] === truth[i]);
  }
}

/** The same counts in fewer bins; their number divides that of `counts`. */
export function coarser(counts: Float64Array, bins: number): Float64Array {
  const width = counts.length / bins;
  return Float64Array.from({ length: bins }, (_, i) => counts.subarray(i * width, (i + 1) * width).reduce((sum, count) => sum + count, 0));
}

/** Fig. 4: the density of a score, which integrates to 1 over [0, 1]; zeros when nothing was counted. */
export function density(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : (count * counts.length) / total));
}

/**
 * Area under the ROC curve: the probability that a right pixel scores above a wrong one, equal bins counting half.
 * @returns NaN when all are right or all wrong
 */
export function areaUnderRoc({ right, wrong }: ScoreHistogram): number {
  let wrongBelow = 0;
  let pairs = 0;
  right.forEach((count, bin) => {
    pairs += count * (wrongBelow + wrong[bin]! / 2);
    wrongBelow += wrong[bin]!;
  });
  return pairs / (right.reduce((sum, count) => sum + count, 0) * wrongBelow);
}
