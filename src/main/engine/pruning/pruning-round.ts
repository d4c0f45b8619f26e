import type { Pruning } from '@shared/analysis';
import type { TrainSettings } from '@shared/settings';
import type { Session } from '../compile/program';
import { magnitudeMasks } from '../core/prune';
import type { Network } from '../model/network';
import { isPrunable, type Scope, stateName } from '../checkpoint/state';

/** Batches of weak views from which the pruned teacher's statistics are re-estimated, where the settings want its own. */
const STATISTICS_BATCHES = 10;
export const statisticsBatches = ({ prunedStatistics }: Pick<TrainSettings, 'prunedStatistics'>): number =>
  prunedStatistics === 'recalibrated' ? STATISTICS_BATCHES : 0;

/**
 * Cuts the smallest of the teacher's kernels from the pruned teacher (1 = keep, 0 = cut).
 * @param masked the scope that the session has masks for; those beyond the pruning's own scope keep everything
 */
export function pruneTeacher(session: Session, network: Network, { scope, granularity, ratio }: Pruning, masked: Scope): void {
  const names = (within: Scope): string[] => network.specs.filter((spec) => isPrunable(spec, within)).map(({ name }) => name);
  const kernels = names(masked);
  const teacher = session.read(kernels.map((name) => stateName('teacher', name)));
  const weights = new Map(kernels.map((name) => [name, new Float32Array(teacher[stateName('teacher', name)]!)]));
  const cut = names(scope);
  const masks = new Map<string, Float32Array>(Array.from(weights, ([name, { length }]) => [name, new Float32Array(length).fill(1)]));
  magnitudeMasks(
    cut.map((name) => weights.get(name)!),
    ratio,
    granularity,
  ).forEach((mask, i) => masks.set(cut[i]!, mask));
  session.assign(Object.fromEntries(Array.from(masks, ([name, mask]) => [stateName('mask', name), mask])));
}

/**
 * Re-estimates the pruned teacher's batch-norm statistics over {@link statisticsBatches} of weak views.
 * @param views weak views apart from those of the steps
 * @param onBatch is waited for after each batch; what it throws ends the work
 */
export async function reestimateStatistics(
  session: Session,
  settings: Pick<TrainSettings, 'prunedStatistics'>,
  views: (index: number) => Promise<Float32Array>,
  onBatch: () => Promise<void>,
): Promise<void> {
  for (let i = 0; i < statisticsBatches(settings); i++) {
    session.call('recalibrate', { weak: await views(i), weight: Float32Array.of(1 / (i + 1)) });
    await onBatch();
  }
}
