import type { Session, Values } from '../compile/program';
import { BatchMaker } from '../data/batch';
import type { OnLeftOut } from '../data/left-out';
import type { BatchPlan } from '../data/plan';

/** At most so many pixels of labelled views are looked at, or two batches where these are more, and at most eight. */
const MOST_PIXELS = 2 ** 20;
const [FEWEST_BATCHES, MOST_BATCHES] = [2, 8];
const CACHE_BYTES = 256 * 2 ** 20;

/** A batch of weak views of labelled images, with what the teacher says of them. */
export interface LabelledViews {
  /** Normalised, [n, C, C, 3]. */
  readonly images: Float32Array;
  /** Class index, or 255, [n, C, C]. */
  readonly labels: Int32Array;
  /** Class index by the teacher, [n, C, C]. */
  readonly classes: Values;
  /** p̃, [n, C, C]. */
  readonly confidence: Float32Array;
  /** Of the teacher, [n, h, w, E]. */
  readonly embedding: Values;
}

/** How many batches {@link labelledViews} gives. */
export function labelledBatches({ batch, crop }: BatchPlan): number {
  return Math.min(Math.max(Math.floor(MOST_PIXELS / (batch * crop ** 2)), FEWEST_BATCHES), MOST_BATCHES);
}

/**
 * A bounded number of views of labelled images, the same ones each time and apart from those of any step.
 * @param session has the entry `teacher`
 * @param onBatch is waited for after each batch; what it throws ends the work
 * @throws EspalierError NONE_READABLE
 */
export async function labelledViews(
  session: Session,
  plan: BatchPlan,
  onLeftOut: OnLeftOut,
  onBatch: () => Promise<void>,
): Promise<LabelledViews[]> {
  const maker = new BatchMaker({ ...plan, seed: plan.seed + 1, unlabelledFrom: Infinity }, CACHE_BYTES, onLeftOut);
  const batches: LabelledViews[] = [];
  for (let i = 0; i < labelledBatches(plan); i++) {
    const { images, labels } = (await maker.step(i)).labelled;
    const { classes, confidence, embedding } = session.call('teacher', { images });
    batches.push({ images, labels, classes: classes!, confidence: new Float32Array(confidence!), embedding: embedding! });
    await onBatch();
  }
  return batches;
}
