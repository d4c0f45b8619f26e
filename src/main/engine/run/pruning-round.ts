import type { TrainSettings } from '@shared/settings';
import type { Session } from '../compile/program';
import { magnitudeMasks } from '../core/prune';
import type { Network } from '../model/network';
import { isPrunable, stateName } from './state';

/** Batches of weak views from which the pruned teacher's statistics are re-estimated. */
export const STATISTICS_BATCHES = 10;

/**
 * Makes the pruned teacher of an epoch.
 * @param ratio in use so far, null before the first round
 * @returns the ratio pruned at
 */
export type PruningRound = (epoch: number, ratio: number | null) => Promise<number>;

/** Cuts the `ratio` smallest of the teacher's kernels from the pruned teacher (1 = keep, 0 = cut). */
export function pruneTeacher(session: Session, network: Network, settings: TrainSettings, ratio: number): void {
  const kernels = network.specs.filter((spec) => isPrunable(spec, settings.scope)).map(({ name }) => name);
  const teacher = session.read(kernels.map((name) => stateName('teacher', name)));
  const weights = kernels.map((name) => Float32Array.from(teacher[stateName('teacher', name)]!));
  const masks = magnitudeMasks(weights, ratio, settings.granularity);
  session.assign(Object.fromEntries(kernels.map((name, i) => [stateName('mask', name), masks[i]!])));
}

/**
 * Re-estimates the pruned teacher's batch-norm statistics over weak views, where the settings want its own.
 * @param views weak views apart from those of the steps
 */
export async function reestimateStatistics(
  session: Session,
  settings: TrainSettings,
  views: (index: number) => Promise<Float32Array>,
): Promise<void> {
  if (settings.prunedStatistics !== 'recalibrated') return;
  for (let i = 0; i < STATISTICS_BATCHES; i++) {
    session.call('recalibrate', { weak: await views(i), weight: Float32Array.of(1 / (i + 1)) });
  }
}
