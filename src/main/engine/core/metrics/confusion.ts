/** Counts of pixels by true and predicted class, row-major: counts[truth · K + predicted]. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Float64Array;
}

export function emptyConfusion(classes: number): Confusion {
  return { classes, counts: new Float64Array(classes * classes) };
}

/**
 * Adds pixels to a confusion matrix, in place.
 * @param predicted class of each pixel, 0…K−1
 * @param truth class of each pixel; pixels of another value (255) are not counted
 * @param keep counts only the pixels where it is not 0; all when absent
 */
export function addToConfusion(
  confusion: Confusion,
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  keep?: ArrayLike<number>,
): void {
  const { classes, counts } = confusion;
  for (let i = 0; i < truth.length; i++) {
    const row = truth[i]!;
    if (row < classes && (keep === undefined || keep[i] !== 0)) counts[row * classes + predicted[i]!]!++;
  }
}

/** Pixels of each true class (rows) and of each predicted class (columns), and the right ones (diagonal). */
export function marginals({ classes, counts }: Confusion): { truth: Float64Array; predicted: Float64Array; right: Float64Array } {
  const [truth, predicted, right] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      const count = counts[row * classes + column]!;
      truth[row]! += count;
      predicted[column]! += count;
      if (row === column) right[row] = count;
    }
  }
  return { truth, predicted, right };
}
