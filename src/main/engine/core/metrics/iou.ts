import { type Confusion, marginals } from './confusion';

/** Intersection over union of each class; null where the class is absent from the truth. */
export function classIou(confusion: Confusion): (number | null)[] {
  const { truth, predicted, right } = marginals(confusion);
  return Array.from(truth, (count, k) => (count === 0 ? null : right[k]! / (count + predicted[k]! - right[k]!)));
}

/** Mean intersection over union, over the classes present in the truth; NaN when there is none. */
export function meanIou(confusion: Confusion): number {
  const present = classIou(confusion).filter((iou) => iou !== null);
  return present.reduce((sum, iou) => sum + iou, 0) / present.length;
}

/** Share of the pixels that are right; NaN when there is none. */
export function pixelAccuracy(confusion: Confusion): number {
  const { truth, right } = marginals(confusion);
  return right.reduce((sum, count) => sum + count, 0) / truth.reduce((sum, count) => sum + count, 0);
}
