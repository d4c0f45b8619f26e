import { RUN_FILES, type RunInputs } from '@shared/run';
import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { refinedScore } from '../core/refine';
import { hear } from '../process/hear';
import { type Calibration, calibrate, ratioSearch, writeCalibration } from '../pruning/calibrate';
import { type Doubt, survival } from '../pruning/doubt';
import { pruningEntries } from '../pruning/entries';
import { labelledBatches } from '../pruning/labelled-views';
import { pruneTeacher, reestimateStatistics, statisticsBatches } from '../pruning/pruning-round';
import type { LearningMethod } from './method';
import type { Renewal, RenewalParts, RoundWork } from './renewal';

/** Pruning-guided curriculum learning: confidence is doubted where the pseudo-label does not survive pruning (Eq. 4 and 5). */
export const pgcl = (doubt: Doubt): LearningMethod => ({
  pruning: true,
  roles: ['mask', 'pruned'],
  trust({ confidence, labels, teacher, pruned, beta }) {
    const d = survival(doubt, teacher.embedding, pruned(), labels);
    return { score: refinedScore(confidence, d, beta), similarity: d };
  },
  entries: pruningEntries,
  renewal,
});

/** The pruned teacher anew: its mask, at a ratio that is searched for the first time where the settings want that, then its statistics. */
function renewal(parts: RenewalParts): Renewal {
  const { session, network, inputs, folder } = parts;
  const { settings } = inputs;
  return {
    work: workOf(parts),
    async renew(known, views, context) {
      const ratio = known ?? (await ratioOf(folder, { ...parts, masked: settings.scope, step: parts.step(), views }, context));
      pruneTeacher(session, network, { ...settings, ratio }, settings.scope);
      await reestimateStatistics(session, settings, views, () => hear(context.signal));
      return ratio;
    },
  };
}

function workOf({ inputs, plan }: RenewalParts): RoundWork {
  const { settings } = inputs;
  const batch = settings.batch * settings.crop ** 2;
  const [views, statistics] = [labelledBatches(plan), statisticsBatches(settings)];
  const searched = views + ratioSearch(inputs).most * (views + statistics);
  return { round: batch * statistics, calibration: settings.ratio === 'calibrated' ? batch * searched : 0 };
}

/** The ratio the settings give, or the one that calibration finds, whose report is then in the run's folder. */
async function ratioOf(folder: string, calibration: Calibration, context: CallContext<Progress>): Promise<number> {
  const { settings }: RunInputs = calibration.inputs;
  if (settings.ratio !== 'calibrated') return settings.ratio;
  const report = await calibrate(calibration, ratioSearch(calibration.inputs), context);
  await writeCalibration(folder, RUN_FILES.calibration, report);
  return report.choices[0]!.ratio;
}
