import type { Values } from '../compile/program';
import type { Batch } from '../data/batch';

/** A batch as the inputs of a step. */
export function batchInputs({ labelled, unlabelled }: Batch): Record<string, Values> {
  if (!unlabelled) return { ...labelled };
  const { weak, strong, inside, rejected, boxes, partners, anchors, negatives } = unlabelled;
  return { ...labelled, weak, strong, inside, rejected, boxes, partners, anchors, negatives };
}
