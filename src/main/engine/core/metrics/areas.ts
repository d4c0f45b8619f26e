/** Fig. 4: which pseudo-labels a score keeps. */
export interface KeptAreas {
  /** Share kept among the right pseudo-labels; NaN when none is right. */
  readonly right: number;
  /** Share kept among the wrong pseudo-labels; NaN when none is wrong. */
  readonly wrong: number;
}

/**
 * @param predicted pseudo-label of each pixel
 * @param truth class of each pixel; pixels of a value ≥ `classes` (255) are not counted
 * @param keep ω of each pixel
 */
export function keptAreas(predicted: ArrayLike<number>, truth: ArrayLike<number>, keep: ArrayLike<number>, classes: number): KeptAreas {
  const total = [0, 0];
  const kept = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]! >= classes) continue;
    const side = predicted[i] === truth[i] ? 0 : 1;
    total[side]!++;
    if (keep[i] !== 0) kept[side]!++;
  }
  return { right: kept[0]! / total[0]!, wrong: kept[1]! / total[1]! };
}
