import type { VariableValues } from '../model/initial';
import type { Standing } from './standing';

/** What a tuning begins with. */
export interface TuningBeginning {
  readonly standing: Standing;
  /** Values of the networks: of each fold, and of the one that the run gives. */
  readonly networks: readonly VariableValues[];
}
