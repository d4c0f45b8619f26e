import type { CalibrationReport } from '@shared/analysis';
import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { BatchMaker } from '../data/batch';
import { holdOut, judged } from '../data/hold-out';
import type { OnLeftOut } from '../data/left-out';
import { type BatchPlan, planBatches } from '../data/plan';
import { createNetwork } from '../model/create';
import { openProgram } from '../programs/open';
import { calibrate, everyPruning, writeCalibration } from '../pruning/calibrate';
import { CALIBRATED_SCOPE } from '../programs/calibration';
import { startingState, stateName } from '../checkpoint/state';
import type { TrainedRun } from './jobs';
import { storedState } from './weights';

const CACHE_BYTES = 256 * 2 ** 20;

/**
 * Calibrates the pruning of a run's present teacher, over every ratio, scope and granularity, and writes the report into the run's
 * folder as `calibration-<step>.json` and `.svg`.
 * @throws EspalierError NONE_READABLE; AbortError
 */
export async function calibrateRun(run: TrainedRun, onLeftOut: OnLeftOut, context: CallContext<Progress>): Promise<CalibrationReport> {
  const { folder, checkpoint } = run;
  const { settings, step, tensors } = checkpoint;
  const inputs = { ...run.inputs, settings };
  const plan = planBatches(inputs, folder);
  const classes = inputs.classes.length;
  const network = createNetwork(settings.backbone, classes, settings.decoder);
  const session = await openProgram({ kind: 'calibration', settings, classes }, settings.compiled, context.signal);
  try {
    const stored = storedState(tensors)(network.specs.map(({ name }) => stateName('teacher', name)));
    const teacher = new Map(network.specs.map(({ name }) => [name, new Float32Array(stored[stateName('teacher', name)]!)]));
    // Masks are made by each pruning, and statistics estimated anew: a run whose method does not prune has neither.
    const state = startingState(network, CALIBRATED_SCOPE, teacher, ['teacher', 'pruned']);
    session.assign(Object.fromEntries(Array.from(state, ([name, { values }]) => [name, values])));
    const maker = new BatchMaker(viewsPlan(plan), CACHE_BYTES, onLeftOut);
    const views = (index: number): Promise<Float32Array> => maker.views(step, index);
    const parted = holdOut(inputs);
    const basis = judged(parted);
    const calibration = {
      session,
      masked: CALIBRATED_SCOPE,
      network,
      inputs: basis,
      plan: planBatches(basis, folder),
      heldOut: parted.heldOut.length > 0,
      step,
      views,
      onLeftOut,
    };
    const report = await calibrate(calibration, everyPruning(), context);
    await writeCalibration(folder, `calibration-${step}`, report);
    return report;
  } finally {
    session.dispose();
  }
}

/** A run that has no other images re-estimates statistics from its labelled ones. */
function viewsPlan(plan: BatchPlan): BatchPlan {
  return plan.unlabelled.length > 0 ? plan : { ...plan, unlabelled: plan.labelled.map(({ id, path }) => ({ id, path, rejected: null })) };
}
