import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { Session } from '../compile/program';
import { literalScale, type ScoreScale } from '../core/score-scale';
import { judged, type PartedInputs } from '../data/hold-out';
import type { OnLeftOut } from '../data/left-out';
import { planBatches } from '../data/plan';
import { hear } from '../process/hear';
import type { Network } from '../model/network';
import { measureScale, scalesScores } from '../pruning/measure-scale';
import { labelledBatches } from '../pruning/labelled-views';
import { methodOf } from '../methods';
import type { RoundWork } from '../methods/renewal';

/** What an epoch with the method is trained with. */
export interface RoundResult {
  /** The teacher is pruned at; null for a method that does not prune. */
  readonly ratio: number | null;
  /** What scores are scaled by. */
  readonly scale: ScoreScale;
}

/** What the epochs with the method begin with. */
export interface Round {
  /**
   * Makes ready for an epoch with the method: what the method renews, then the scale of the scores.
   * @param ratio in use so far, null before the first round
   * @param context hears how far the search for a ratio is, where one is searched for
   * @throws the signal's reason when it is aborted; nothing but the pruned teacher has changed then
   */
  prepare(epoch: number, ratio: number | null, context: CallContext<Progress>): Promise<RoundResult>;
  readonly work: RoundWork;
}

export interface RoundParts {
  readonly session: Session;
  readonly network: Network;
  readonly parted: PartedInputs;
  /** Of the run. */
  readonly folder: string;
  /** Weak views apart from those of the steps, by epoch and number. */
  readonly views: (epoch: number, index: number) => Promise<Float32Array>;
  /** Steps that the run has taken. */
  readonly step: () => number;
  readonly onLeftOut: OnLeftOut;
}

/** The rounds of a run; null where an epoch needs none. */
export function roundOf({ session, network, parted, folder, views, step, onLeftOut }: RoundParts): Round | null {
  const inputs = judged(parted);
  const { settings, classes } = inputs;
  const plan = planBatches(inputs, folder);
  const method = methodOf(settings);
  const renewal = method?.renewal?.({ session, network, inputs, plan, heldOut: parted.heldOut.length > 0, folder, step, onLeftOut });
  const [compared, scales] = [method?.pruning ?? false, scalesScores(settings)];
  if (!renewal && !scales) return null;
  const measured = scales ? settings.batch * settings.crop ** 2 * labelledBatches(plan) * (compared ? 2 : 1) : 0;
  return {
    async prepare(epoch, known, context) {
      const ratio = (await renewal?.renew(known, (index) => views(epoch, index), context)) ?? null;
      const scale = scales
        ? await measureScale(session, compared, inputs, plan, onLeftOut, () => hear(context.signal))
        : literalScale(classes.length);
      return { ratio, scale };
    },
    work: { round: (renewal?.work.round ?? 0) + measured, calibration: renewal?.work.calibration ?? 0 },
  };
}
