import type { TrainSettings } from '@shared/settings';
import type { Session } from '../compile/program';
import { BatchMaker } from '../data/batch';
import type { BatchPlan } from '../data/plan';
import type { Network } from '../model/network';
import { pruneTeacher, reestimateStatistics } from './pruning-round';

/** Ratios that a calibration tries. */
export const RATIOS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/** A pruned teacher may lose this much pixel accuracy (Fig. 5: one percentage point). */
const TOLERANCE = 0.01;
/** Batches of labelled views a ratio is judged on. */
const LABELLED_BATCHES = 8;
const CACHE_BYTES = 256 * 2 ** 20;

export interface CalibrationPoint {
  readonly ratio: number;
  /** Pixel accuracy of the teacher and of the pruned teacher on the same labelled views. */
  readonly teacher: number;
  readonly pruned: number;
}

/**
 * Accuracy of the pruned teacher against the ratio (Fig. 5), on augmented views of the labelled images. They were trained on:
 * what counts is the loss of accuracy, not the accuracy.
 */
export async function calibrate(
  session: Session,
  network: Network,
  settings: TrainSettings,
  plan: BatchPlan,
  views: (index: number) => Promise<Float32Array>,
): Promise<CalibrationPoint[]> {
  const maker = new BatchMaker({ ...plan, seed: plan.seed + 1, unlabelledFrom: Infinity }, CACHE_BYTES);
  const batches = await Promise.all(Array.from({ length: LABELLED_BATCHES }, (_, i) => maker.step(i)));
  const points: CalibrationPoint[] = [];
  for (const ratio of RATIOS) {
    pruneTeacher(session, network, settings, ratio);
    await reestimateStatistics(session, settings, views);
    const sums = { pixels: 0, teacher: 0, pruned: 0 };
    for (const { labelled } of batches) {
      const counts = session.call('compare', { ...labelled });
      sums.pixels += counts.pixels![0]!;
      sums.teacher += counts.teacherRight![0]!;
      sums.pruned += counts.prunedRight![0]!;
    }
    const pixels = Math.max(1, sums.pixels);
    points.push({ ratio, teacher: sums.teacher / pixels, pruned: sums.pruned / pixels });
  }
  return points;
}

/** The largest ratio whose accuracy stays within one percentage point of the teacher's; the smallest tried when none does. */
export function chosenRatio(points: readonly CalibrationPoint[]): number {
  const bearable = points.filter(({ teacher, pruned }) => pruned >= teacher - TOLERANCE);
  return Math.max(...bearable.map(({ ratio }) => ratio), Math.min(...points.map(({ ratio }) => ratio)));
}
