import { type Scope, stateSpecs } from '../checkpoint/state';
import type { Program } from '../compile/program';
import type { Network } from '../model/network';
import { comparison, type ComparisonSettings } from './comparison';
import { recalibration } from './pruned-teacher';

/** What a calibration has masks for: the widest scope. */
export const CALIBRATED_SCOPE: Scope = 'encoder';

/**
 * The program of a calibration: the entries `recalibrate` and `compare` of a training run, on its teacher alone, with a mask for every
 * kernel of the encoder, so that each scope can be tried.
 */
export function calibrationProgram(network: Network, settings: ComparisonSettings): Program {
  const { batch, crop } = settings;
  return {
    state: stateSpecs(network, CALIBRATED_SCOPE, ['teacher', 'mask', 'pruned']),
    entries: { recalibrate: recalibration(network, [batch, crop, crop, 3]), compare: comparison(network, settings) },
  };
}
