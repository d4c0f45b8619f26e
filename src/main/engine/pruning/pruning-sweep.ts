import type { Pruning, PruningPoint, PruningSweep } from '@shared/analysis';
import { addToConfusion, emptyConfusion } from '../core/metrics/confusion';
import { pixelAccuracy } from '../core/metrics/iou';
import { type ScoredPixels, SelectionStudy } from '../core/metrics/selection-study';
import { hear } from '../process/hear';

/** Ratios that a sweep tries. */
export const RATIOS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/** Pixels as the teacher and the pruned teacher see them. */
export interface ComparedPixels extends ScoredPixels {
  /** Class index by the pruned teacher. */
  readonly prunedClasses: ArrayLike<number> | null;
}

export interface PruningSweepParts {
  /** K. */
  readonly classes: number;
  readonly gamma: number;
  readonly beta: number;
  /** Makes the pruned teacher. */
  readonly prune: (pruning: Pruning) => Promise<void>;
  /** Asks both teachers about the same pixels each time; truth as class indices, ≥ K where it is not counted. */
  readonly compare: (use: (pixels: ComparedPixels, truth: ArrayLike<number>) => void) => Promise<void>;
}

type Measured = Pick<PruningSweep, 'teacher' | 'points'>;

/** The pruning to measure next, going by what is known so far; null when that is enough. */
export type NextPruning = (measured: Measured) => Pruning | null;

/** Every pruning of a list. */
export const each =
  (prunings: readonly Pruning[]): NextPruning =>
  ({ points }) =>
    prunings[points.length] ?? null;

/**
 * Prunes one teacher in several ways and compares each pruned teacher with it (Fig. 5).
 * @throws the signal's reason when it is aborted
 */
export async function sweepPrunings(next: NextPruning, parts: PruningSweepParts, signal: AbortSignal): Promise<PruningSweep> {
  const { gamma, beta } = parts;
  const points: PruningPoint[] = [];
  let teacher: PruningSweep['teacher'] = { accuracy: null, auc: null, kept: { right: null, wrong: null } };
  for (let pruning = next({ teacher, points }); pruning; pruning = next({ teacher, points })) {
    await hear(signal);
    const measured = await measure(pruning, parts);
    teacher = measured.teacher;
    points.push(measured.point);
  }
  return { gamma, beta, teacher, points };
}

async function measure(
  pruning: Pruning,
  { classes, gamma, beta, prune, compare }: PruningSweepParts,
): Promise<{ teacher: PruningSweep['teacher']; point: PruningPoint }> {
  await prune(pruning);
  const study = new SelectionStudy(classes, gamma, beta);
  const pruned = emptyConfusion(classes);
  await compare((pixels, truth) => {
    study.add(pixels, truth);
    addToConfusion(pruned, pixels.prunedClasses ?? pixels.classes, truth);
  });
  const { auc, conf, refined } = study.report();
  const accuracy = pixelAccuracy(pruned);
  return {
    teacher: { accuracy: study.accuracy(), auc: auc.confidence, kept: conf.areas },
    point: {
      ...pruning,
      accuracy: Number.isNaN(accuracy) ? null : accuracy,
      auc: { similarity: auc.similarity, refined: auc.refined },
      kept: refined.areas,
    },
  };
}
