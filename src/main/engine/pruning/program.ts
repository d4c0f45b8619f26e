import { type Scope, stateSpecs } from '../checkpoint/state';
import type { Entry, Program } from '../compile/program';
import type { Network } from '../model/network';
import { comparison, type ComparisonSettings, teacherViews } from './comparison';
import { recalibration } from './pruned-teacher';

/** What a calibration has masks for: the widest scope. */
export const CALIBRATED_SCOPE: Scope = 'encoder';

/** What makes and judges a pruned teacher: `recalibrate`, `teacher` and `compare`, see {@link recalibration} and {@link comparison}. */
export function pruningEntries(network: Network, settings: ComparisonSettings): Record<'recalibrate' | 'teacher' | 'compare', Entry> {
  const { batch, crop } = settings;
  return {
    recalibrate: recalibration(network, [batch, crop, crop, 3]),
    teacher: teacherViews(network, settings),
    compare: comparison(network, settings),
  };
}

/** The program of a calibration: {@link pruningEntries} on a teacher with a mask for every kernel of the encoder, so that each scope can be tried. */
export function calibrationProgram(network: Network, settings: ComparisonSettings): Program {
  return { state: stateSpecs(network, CALIBRATED_SCOPE, ['teacher', 'mask', 'pruned']), entries: pruningEntries(network, settings) };
}
