import type { RunInputs } from '@shared/run';
import type { TrainSettings } from '@shared/settings';
import type { Session } from '../compile/program';
import { type ScoreScale, ScoreScaleStudy } from '../core/score-scale';
import type { OnLeftOut } from '../data/left-out';
import type { BatchPlan } from '../data/plan';
import { labelledViews } from './labelled-views';

/** Whether a run scales its scores otherwise than the paper, and so has to measure by what. */
export const scalesScores = ({ thresholds, betaScale }: TrainSettings): boolean => thresholds === 'perClass' || betaScale === 'spread';

/**
 * Measures what the scores of an epoch are scaled by, on {@link labelledViews}.
 * @param session has the entry `teacher`, and with `prunes` the entry `compare`
 * @param inputs whose labelled images, and the plan of their batches
 * @param onBatch is waited for after each batch; what it throws ends the work
 */
export async function measureScale(
  session: Session,
  prunes: boolean,
  { settings, classes }: RunInputs,
  plan: BatchPlan,
  onLeftOut: OnLeftOut,
  onBatch: () => Promise<void>,
): Promise<ScoreScale> {
  const study = new ScoreScaleStudy(classes.length);
  for (const { images, labels, classes: predicted, confidence, embedding } of await labelledViews(session, plan, onLeftOut, onBatch)) {
    const compared = prunes ? session.call('compare', { images, classes: predicted, embedding }) : null;
    study.add(predicted, confidence, compared && new Float32Array(compared.similarity!), labels);
    await onBatch();
  }
  return {
    classes: settings.thresholds === 'perClass' ? study.classFactors() : classes.map(() => 1),
    beta: settings.betaScale === 'spread' ? study.betaFactor() : 1,
  };
}
