import { setImmediate as yieldToMessages } from 'node:timers/promises';
import type { Pruning, PruningPoint, PruningSweep } from '@shared/analysis';
import { addToConfusion, emptyConfusion } from '../core/metrics/confusion';
import { pixelAccuracy } from '../core/metrics/iou';
import { type ScoredPixels, SelectionStudy } from '../core/metrics/selection-study';

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

/**
 * Prunes one teacher in several ways and compares each pruned teacher with it (Fig. 5).
 * @throws the signal's reason when it is aborted
 */
export async function sweepPrunings(prunings: readonly Pruning[], parts: PruningSweepParts, signal: AbortSignal): Promise<PruningSweep> {
  const { classes, gamma, beta } = parts;
  const points: PruningPoint[] = [];
  let teacher: PruningSweep['teacher'] = { accuracy: null, auc: null, kept: { right: null, wrong: null } };
  for (const pruning of prunings) {
    // Calls to TensorFlow block this process; here it hears that it shall stop.
    await yieldToMessages();
    signal.throwIfAborted();
    await parts.prune(pruning);
    const study = new SelectionStudy(classes, gamma, beta);
    const pruned = emptyConfusion(classes);
    await parts.compare((pixels, truth) => {
      study.add(pixels, truth);
      addToConfusion(pruned, pixels.prunedClasses ?? pixels.classes, truth);
    });
    const { auc, conf, refined } = study.report();
    const accuracy = pixelAccuracy(pruned);
    teacher = { accuracy: study.accuracy(), auc: auc.confidence, kept: conf.areas };
    points.push({
      ...pruning,
      accuracy: Number.isNaN(accuracy) ? null : accuracy,
      auc: { similarity: auc.similarity, refined: auc.refined },
      kept: refined.areas,
    });
  }
  return { gamma, beta, teacher, points };
}
