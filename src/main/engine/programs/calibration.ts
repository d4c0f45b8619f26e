import { type Scope, stateSpecs } from '../checkpoint/state';
import type { Program } from '../compile/program';
import type { Network } from '../model/network';
import type { ComparisonSettings } from '../pruning/comparison';
import { pruningEntries } from '../pruning/entries';

/** What a calibration has masks for: the widest scope. */
export const CALIBRATED_SCOPE: Scope = 'encoder';

/** The program of a calibration: {@link pruningEntries} on a teacher with a mask for every kernel of the encoder, so that each scope can be tried. */
export function calibrationProgram(network: Network, settings: ComparisonSettings): Program {
  return { state: stateSpecs(network, CALIBRATED_SCOPE, ['teacher', 'mask', 'pruned']), entries: pruningEntries(network, settings) };
}
