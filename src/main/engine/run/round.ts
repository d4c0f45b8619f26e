import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { RUN_FILES, type RunInputs } from '@shared/run';
import type { Session } from '../compile/program';
import { literalScale, type ScoreScale } from '../core/score-scale';
import { judged, type PartedInputs } from '../data/hold-out';
import type { OnLeftOut } from '../data/left-out';
import { type BatchPlan, planBatches } from '../data/plan';
import { hear } from '../process/hear';
import type { Network } from '../model/network';
import { type Calibration, calibrate, ratioSearch, writeCalibration } from '../pruning/calibrate';
import { measureScale, scalesScores } from '../pruning/measure-scale';
import { labelledBatches } from '../pruning/labelled-views';
import { pruneTeacher, reestimateStatistics, statisticsBatches } from '../pruning/pruning-round';
import { methodOf } from '../methods';
import type { RoundWork } from './work-plan';

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
   * Makes ready for an epoch with the method: the pruned teacher anew, mask, then its statistics, and the scale of the scores.
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
  const basis = judged(parted);
  const { settings, classes } = basis;
  const plan = planBatches(basis, folder);
  const prunes = methodOf(settings)?.prunes ?? false;
  const scales = scalesScores(settings);
  if (!prunes && !scales) return null;
  const prepare: Round['prepare'] = async (epoch, known, context) => {
    const onBatch = (): Promise<void> => hear(context.signal);
    const viewsOf = (index: number): Promise<Float32Array> => views(epoch, index);
    const prune = async (): Promise<number> => {
      const heldOut = parted.heldOut.length > 0;
      const calibration = {
        session,
        masked: settings.scope,
        network,
        inputs: basis,
        plan,
        heldOut,
        step: step(),
        views: viewsOf,
        onLeftOut,
      };
      const ratio = known ?? (await ratioOf(folder, calibration, context));
      pruneTeacher(session, network, { ...settings, ratio }, settings.scope);
      await reestimateStatistics(session, settings, viewsOf, onBatch);
      return ratio;
    };
    const ratio = prunes ? await prune() : null;
    const scale = scales ? await measureScale(session, prunes, basis, plan, onLeftOut, onBatch) : literalScale(classes.length);
    return { ratio, scale };
  };
  return { prepare, work: workOf(basis, plan, prunes, scales) };
}

/** Pixels that the networks look at, see {@link RoundWork}. */
function workOf({ settings, ...inputs }: RunInputs, plan: BatchPlan, prunes: boolean, scales: boolean): RoundWork {
  const batch = settings.batch * settings.crop ** 2;
  const [views, statistics] = [labelledBatches(plan), statisticsBatches(settings)];
  const compared = prunes ? 2 : 1;
  return {
    round: batch * ((prunes ? statistics : 0) + (scales ? views * compared : 0)),
    calibration:
      prunes && settings.ratio === 'calibrated' ? batch * (views + ratioSearch({ settings, ...inputs }).most * (views + statistics)) : 0,
  };
}

/** The ratio the settings give, or the one that calibration finds, whose report is then in the run's folder. */
async function ratioOf(folder: string, calibration: Calibration, context: CallContext<Progress>): Promise<number> {
  const { settings }: RunInputs = calibration.inputs;
  if (settings.ratio !== 'calibrated') return settings.ratio;
  const report = await calibrate(calibration, ratioSearch(calibration.inputs), context);
  await writeCalibration(folder, RUN_FILES.calibration, report);
  return report.choices[0]!.ratio;
}
