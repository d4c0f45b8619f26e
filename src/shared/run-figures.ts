import type { RunRecord } from './domain';
import type { MetricName } from './metrics';
import type { TrainSettings } from './settings';
import { estimateOf } from './verdict';

/** mIoU that a run is said to have on labels that were held out, in [0, 1]; null where nothing was. */
export function estimatedMiou({ epochs }: Pick<RunRecord, 'epochs'>): number | null {
  const verdict = epochs.at(-1)?.verdict;
  if (verdict) return estimateOf(verdict);
  const measured = valuesOf(epochs, 'teacherMiou');
  // The best of its networks is kept.
  return measured.length === 0 ? null : Math.max(...measured);
}

/** Share of the unlabelled pixels that a run learnt from at its end, in [0, 1]; null where it learnt from labels alone. */
export const keptShare = ({ epochs }: Pick<RunRecord, 'epochs'>): number | null =>
  valuesOf(epochs, 'keptAfterRefinement').at(-1) ?? valuesOf(epochs, 'keptByConfidence').at(-1) ?? null;

function valuesOf(epochs: RunRecord['epochs'], name: MetricName): number[] {
  return epochs.flatMap(({ metrics }) => metrics[name] ?? []);
}

/** Settings that two runs, or a run and a preset, do not share. */
export const differingSettings = (one: TrainSettings, other: TrainSettings): (keyof TrainSettings)[] =>
  (Object.keys(one) as (keyof TrainSettings)[]).filter((key) => one[key] !== other[key]);
