import { join } from 'node:path';
import type { CalibrationReport } from '@shared/analysis';
import { Pace } from '@shared/pace';
import type { Progress } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { RunInputs } from '@shared/run';
import { writeOwnFile } from '../../media/own-files';
import type { Session } from '../compile/program';
import type { OnLeftOut } from '../data/left-out';
import type { BatchPlan } from '../data/plan';
import { accuracyChart } from '../figures/accuracy-chart';
import type { Network } from '../model/network';
import { hear } from '../process/hear';
import { labelledBatches, labelledViews } from './labelled-views';
import { bisection, bisectionSteps, choicesOf } from './pruning-choice';
import { pruneTeacher, reestimateStatistics, statisticsBatches } from './pruning-round';
import { each, type NextPruning, RATIOS, sweepPrunings } from './pruning-sweep';
import type { Scope } from '../checkpoint/state';

/** β of Eq. 5 that scores are judged at, as in Table 3. */
const BETA = 1;

/** A teacher to calibrate the pruning of. */
export interface Calibration {
  /** Has the entries `recalibrate`, `teacher` and `compare`, and masks for the kernels of a scope. */
  readonly session: Session;
  readonly masked: Scope;
  readonly network: Network;
  /** Whose labelled images the prunings are judged on, and their batches. */
  readonly inputs: RunInputs;
  readonly plan: BatchPlan;
  /** Whether the run has not learnt from these images. */
  readonly heldOut: boolean;
  /** Steps that the run has taken. */
  readonly step: number;
  /** Weak views to re-estimate statistics from. */
  readonly views: (index: number) => Promise<Float32Array>;
  readonly onLeftOut: OnLeftOut;
}

/** Which prunings a calibration measures. */
export interface Search {
  readonly next: NextPruning;
  /** Most that it measures. */
  readonly most: number;
}

/** The ratio for the scope and granularity of a run, by {@link bisection}. */
export function ratioSearch({ settings: { scope, granularity } }: RunInputs): Search {
  const prunings = RATIOS.map((ratio) => ({ scope, granularity, ratio }));
  return { next: bisection(prunings), most: bisectionSteps(prunings.length) };
}

/** Each ratio in each scope and granularity. */
export function everyPruning(): Search {
  const ways = (['backbone', 'encoder'] as const).flatMap((scope) =>
    (['global', 'layer'] as const).map((granularity) => ({ scope, granularity })),
  );
  const prunings = ways.flatMap((way) => RATIOS.map((ratio) => ({ ...way, ratio })));
  return { next: each(prunings), most: prunings.length };
}

/**
 * Compares pruned teachers with their teacher on weak views of the labelled images (Fig. 5) and chooses ratios: see {@link choicesOf}. All
 * are judged on the same {@link labelledViews}, which the teacher is asked about once.
 * @param context hears of every batch
 * @throws EspalierError as reading images does; the signal's reason when it is aborted
 */
export async function calibrate(
  { session, masked, network, inputs, plan, heldOut, step, views, onLeftOut }: Calibration,
  { next, most }: Search,
  { signal, progress }: CallContext<Progress>,
): Promise<CalibrationReport> {
  const { settings, runId, classes, labelled } = inputs;
  const count = labelledBatches(plan);
  const pace = new Pace(count + most * (count + statisticsBatches(settings)));
  let done = 0;
  const onBatch = async (): Promise<void> => {
    progress(pace.at(++done));
    await hear(signal);
  };
  const seen = await labelledViews(session, plan, onLeftOut, onBatch);
  // Every pruning re-estimates its statistics from the same views.
  const weak = await Promise.all(Array.from({ length: statisticsBatches(settings) }, (_, i) => views(i)));
  const sweep = await sweepPrunings(
    next,
    {
      classes: classes.length,
      gamma: settings.gamma,
      beta: BETA,
      prune: async (pruning) => {
        pruneTeacher(session, network, pruning, masked);
        await reestimateStatistics(session, settings, (i) => Promise.resolve(weak[i]!), onBatch);
      },
      compare: async (use) => {
        for (const { images, labels, classes, confidence, embedding } of seen) {
          const { prunedClasses, similarity } = session.call('compare', { images, classes, embedding });
          use({ classes, confidence, prunedClasses: prunedClasses!, similarity: new Float32Array(similarity!) }, labels);
          await onBatch();
        }
      },
    },
    signal,
  );
  const images = Math.min(labelled.length, count * settings.batch);
  return { runId, step, images, heldOut, ...sweep, choices: choicesOf(sweep.points, sweep.teacher.accuracy) };
}

/** Writes a report as `<name>.json`, with its plot as `<name>.svg`, into a folder. */
export async function writeCalibration(folder: string, name: string, report: CalibrationReport): Promise<void> {
  const title = `Pixel accuracy on labelled images ${report.heldOut ? 'held out' : '(not held out)'}, step ${report.step}`;
  await writeOwnFile(join(folder, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
  await writeOwnFile(join(folder, `${name}.svg`), accuracyChart(title, report));
}
