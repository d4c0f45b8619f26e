import type { Entry } from '../compile/program';
import type { Network } from '../model/network';
import { comparison, type ComparisonSettings, teacherViews } from './comparison';
import { recalibration } from './pruned-teacher';

/** What makes and judges a pruned teacher: `recalibrate`, `teacher` and `compare`, see {@link recalibration} and {@link comparison}. */
export function pruningEntries(network: Network, settings: ComparisonSettings): Record<'recalibrate' | 'teacher' | 'compare', Entry> {
  const { batch, crop } = settings;
  return {
    recalibrate: recalibration(network, [batch, crop, crop, 3]),
    teacher: teacherViews(network, settings),
    compare: comparison(network, settings),
  };
}
