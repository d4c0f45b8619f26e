import type { Pruning } from '@shared/analysis';
import type { TrainSettings } from '@shared/settings';
import { float32, type Session } from '../compile/program';
import { magnitudeMasks } from '../core/prune';
import type { Network } from '../model/network';
import { isPrunable, type Scope, stateName } from '../checkpoint/state';
import { release } from '../process/release';

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
  const [all, cut] = [names(masked), names(scope)];
  const teacher = session.read(all.map((name) => stateName('teacher', name)));
  const kernelOf = (name: string): Float32Array => float32(teacher[stateName('teacher', name)]!);
  const pruned = magnitudeMasks(cut.map(kernelOf), ratio, granularity);
  const masks = new Map(cut.map((name, i) => [name, pruned[i]!]));
  for (const name of all) if (!masks.has(name)) masks.set(name, new Float32Array(kernelOf(name).length).fill(1));
  session.assign(Object.fromEntries(Array.from(masks, ([name, mask]) => [stateName('mask', name), mask])));
  release(masks.values());
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
