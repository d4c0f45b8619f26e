import { type Confusion, marginals } from './confusion';
import { pixelAccuracy } from './iou';

/** Table 3: how good the pseudo-labels are that a score keeps. */
export interface SelectionQuality {
  /** Share of the kept pixels that are right. */
  readonly accuracy: number;
  /** Averages over the classes present in the truth of the kept pixels; 0 for a class that is never predicted. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Table 3 from the confusion matrix of the kept pixels alone.
 * @returns NaN everywhere when no pixel was kept
 */
export function selectionQuality(kept: Confusion): SelectionQuality {
  const { truth, predicted, right } = marginals(kept);
  const present = Array.from(truth.keys()).filter((k) => truth[k]! > 0);
  const precision = present.map((k) => (predicted[k] === 0 ? 0 : right[k]! / predicted[k]!));
  const recall = present.map((k) => right[k]! / truth[k]!);
  const f1 = present.map((k) => (2 * right[k]!) / (truth[k]! + predicted[k]!));
  return { accuracy: pixelAccuracy(kept), precision: mean(precision), recall: mean(recall), f1: mean(f1) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
