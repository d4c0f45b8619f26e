import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { Calibration } from '../pruning/calibrate';

/** Pixels that networks look at to make ready for an epoch: always, and to search for a ratio where none is known yet. */
export interface RoundWork {
  readonly round: number;
  readonly calibration: number;
}

/** What a method does before each of its epochs. */
export interface Renewal {
  readonly work: RoundWork;
  /**
   * @param ratio in use so far, null before the first time
   * @param views weak views apart from those of the steps
   * @param context hears how far a search is, where something is searched for
   * @returns the ratio in use now
   * @throws the signal's reason when it is aborted
   */
  renew(ratio: number | null, views: (index: number) => Promise<Float32Array>, context: CallContext<Progress>): Promise<number>;
}

/** A training between two epochs. */
export interface RenewalParts extends Pick<Calibration, 'session' | 'network' | 'inputs' | 'plan' | 'heldOut' | 'onLeftOut'> {
  /** Of the run. */
  readonly folder: string;
  /** Steps that the run has taken. */
  readonly step: () => number;
}
