import { z } from 'zod';
import { TrainSettings } from './settings';

/** What one way of choosing pseudo-labels keeps, and how well scores tell right pseudo-labels from wrong ones. */

/** Null where there is nothing to take a share of. */
const share = z.number().min(0).max(1).nullable();

/** Share kept among right and among wrong pseudo-labels (Fig. 4). */
export const KeptShares = z.object({ right: share, wrong: share });
export type KeptShares = z.infer<typeof KeptShares>;

/** Table 3 over the kept pixels, and the areas of Fig. 4. */
export const Selection = z.object({
  quality: z.object({ accuracy: share, precision: share, recall: share, f1: share }),
  areas: KeptShares,
});
export type Selection = z.infer<typeof Selection>;

/** By p̃, by d, and by s. */
const byScore = <T extends z.ZodType>(value: T) => z.object({ confidence: value, similarity: value, refined: value });
const density = z.object({ right: z.array(z.number()), wrong: z.array(z.number()) });

export const SelectionReport = z.object({
  gamma: z.number(),
  beta: z.number(),
  /** By p̃ ≥ γ, and by s ≥ γ. */
  conf: Selection,
  refined: Selection,
  /** Fig. 4: density of each score among right and wrong pseudo-labels, over equal bins of [0, 1]. */
  density: byScore(density),
  /** Area under the ROC curve of each score; null when all are right or all wrong. */
  auc: byScore(share),
});
export type SelectionReport = z.infer<typeof SelectionReport>;

/** Table 3 with the areas of Fig. 4 as rows of text, the first row their heads. @param text of a share */
export function table3({ conf, refined }: SelectionReport, text: (share: number | null) => string): string[][] {
  const rows = Object.entries({ conf, refined }).map(([name, { quality, areas }]) => [
    name,
    ...[quality.accuracy, quality.precision, quality.recall, quality.f1, areas.right, areas.wrong].map(text),
  ]);
  return [['', 'accuracy', 'precision', 'recall', 'F1', 'right kept', 'wrong kept'], ...rows];
}

const { scope, granularity } = TrainSettings.shape;
/** How a teacher is pruned. */
export const Pruning = z.object({ scope, granularity, ratio: z.number().min(0).max(1) });
export type Pruning = z.infer<typeof Pruning>;

/** A pruned teacher beside its teacher, over pixels with truth. */
export const PruningPoint = Pruning.extend({
  /** Pixel accuracy of the pruned teacher. */
  accuracy: share,
  /** Of d, and of s. */
  auc: z.object({ similarity: share, refined: share }),
  /** By s ≥ γ. */
  kept: KeptShares,
});
export type PruningPoint = z.infer<typeof PruningPoint>;

/** Points by way of pruning, in the order the ways come. */
export function byWay<T extends Pruning>(points: readonly T[]): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const point of points) {
    const key = `${point.scope} ${point.granularity}`;
    const group = groups.get(key);
    if (group) group.push(point);
    else groups.set(key, [point]);
  }
  return [...groups.values()];
}

/** Several prunings of one teacher on the same pixels (Fig. 5). */
export const PruningSweep = z.object({
  gamma: z.number(),
  beta: z.number(),
  /** The teacher itself: pixel accuracy, AUC of p̃, what p̃ ≥ γ keeps. */
  teacher: z.object({ accuracy: share, auc: share, kept: KeptShares }),
  points: z.array(PruningPoint).min(1),
});
export type PruningSweep = z.infer<typeof PruningSweep>;

/** Table 3, Fig. 4 and Fig. 5 of a run over images with truth. */
export const Analysis = z.object({
  images: z.number().int(),
  /** Steps that the run had taken. */
  step: z.number().int(),
  selection: SelectionReport,
  /** Fig. 5, on `images` of the images; null for a run without a pruned teacher. */
  sweep: PruningSweep.extend({ images: z.number().int() }).nullable(),
});
export type Analysis = z.infer<typeof Analysis>;

/** A sweep on a run's labelled images, and the ratio it speaks for. */
export const CalibrationReport = PruningSweep.extend({
  runId: z.string(),
  /** Steps that the run had taken. */
  step: z.number().int(),
  /** Labelled images that it was measured on. */
  images: z.number().int(),
  /** Whether the gradient never saw these images. */
  heldOut: z.boolean(),
  /** For each scope and granularity the ratio the rule chooses; `within`: its pruned teacher stays within one percentage point. */
  choices: z.array(Pruning.extend({ within: z.boolean() })).min(1),
});
export type CalibrationReport = z.infer<typeof CalibrationReport>;
