import { join } from 'node:path';
import { byWay, type CalibrationReport, type Pruning, type PruningPoint } from '@shared/analysis';
import type { RunInputs } from '@shared/run';
import { writeFileAtomic } from '../../media/files';
import type { Session, Values } from '../compile/program';
import { BatchMaker } from '../data/batch';
import type { BatchPlan } from '../data/plan';
import { accuracyChart } from '../figures/accuracy-chart';
import type { Network } from '../model/network';
import { pruneTeacher, reestimateStatistics } from './pruning-round';
import { type ComparedPixels, RATIOS, sweepPrunings } from './pruning-sweep';
import type { Scope } from '../checkpoint/state';

/** A pruned teacher may lose this much pixel accuracy (Fig. 5: one percentage point). */
const TOLERANCE = 0.01;
/** β of Eq. 5 that scores are judged at, as in Table 3. */
const BETA = 1;
/** Batches of labelled views that a pruning is judged on. */
const LABELLED_BATCHES = 8;
const CACHE_BYTES = 256 * 2 ** 20;

/** A teacher to calibrate the pruning of. */
export interface Calibration {
  /** Has the entries `recalibrate` and `compare`, and masks for the kernels of a scope. */
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
}

/** Each ratio, in the scope and granularity of a run. */
export function ownPrunings({ settings: { scope, granularity } }: RunInputs): Pruning[] {
  return RATIOS.map((ratio) => ({ scope, granularity, ratio }));
}

/** Each ratio in each scope and granularity. */
export function allPrunings(): Pruning[] {
  const ways = (['backbone', 'encoder'] as const).flatMap((scope) =>
    (['global', 'layer'] as const).map((granularity) => ({ scope, granularity })),
  );
  return ways.flatMap((way) => RATIOS.map((ratio) => ({ ...way, ratio })));
}

/**
 * Compares pruned teachers with their teacher on weak views of the labelled images (Fig. 5) and chooses ratios.
 * @param onPruning is called after each pruning
 * @throws EspalierError as reading images does; the signal's reason when it is aborted
 */
export async function calibrate(
  { session, masked, network, inputs, plan, heldOut, step, views }: Calibration,
  prunings: readonly Pruning[],
  onPruning: () => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<CalibrationReport> {
  const { settings, runId, classes, labelled } = inputs;
  const maker = new BatchMaker({ ...plan, seed: plan.seed + 1, unlabelledFrom: Infinity }, CACHE_BYTES);
  const batches = await Promise.all(Array.from({ length: LABELLED_BATCHES }, (_, i) => maker.step(i)));
  const sweep = await sweepPrunings(
    prunings,
    {
      classes: classes.length,
      gamma: settings.gamma,
      beta: BETA,
      prune: async (pruning) => {
        pruneTeacher(session, network, pruning, masked);
        await reestimateStatistics(session, settings, views);
      },
      compare: (use) => {
        for (const { labelled: half } of batches) use(comparedPixels(session.call('compare', { images: half.images })), half.labels);
        onPruning();
        return Promise.resolve();
      },
    },
    signal,
  );
  const images = Math.min(labelled.length, LABELLED_BATCHES * settings.batch);
  return { runId, step, images, heldOut, ...sweep, choices: choicesOf(sweep.points, sweep.teacher.accuracy) };
}

function comparedPixels({ classes, prunedClasses, confidence, similarity }: Readonly<Record<string, Values>>): ComparedPixels {
  return {
    classes: classes!,
    prunedClasses: prunedClasses!,
    confidence: Float32Array.from(confidence!),
    similarity: Float32Array.from(similarity!),
  };
}

/**
 * For each way of pruning the largest ratio whose accuracy stays within one percentage point of the teacher's; the smallest tried
 * where none does.
 */
export function choicesOf(points: readonly PruningPoint[], teacher: number | null): CalibrationReport['choices'] {
  return byWay(points).map((way) => {
    const [{ scope, granularity }] = way;
    const within = way.filter(({ accuracy }) => accuracy !== null && teacher !== null && accuracy >= teacher - TOLERANCE);
    const ratio = within.length > 0 ? Math.max(...within.map((point) => point.ratio)) : Math.min(...way.map((point) => point.ratio));
    return { scope, granularity, ratio, within: within.length > 0 };
  });
}

/** Writes a report as `<name>.json`, with its plot as `<name>.svg`, into a folder. */
export async function writeCalibration(folder: string, name: string, report: CalibrationReport): Promise<void> {
  const title = `Pixel accuracy on labelled images ${report.heldOut ? 'held out' : '(not held out)'}, step ${report.step}`;
  await writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
  await writeFileAtomic(join(folder, `${name}.svg`), accuracyChart(title, report));
}
