import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../media/files';
import { addToConfusion, emptyConfusion } from '../core/metrics/confusion';
import { pixelAccuracy } from '../core/metrics/iou';
import { BatchMaker } from '../data/batch';
import { checkFiles, planBatches } from '../data/plan';
import { createNetwork } from '../model/create';
import { RATIOS } from '../run/calibrate';
import { pruneTeacher, reestimateStatistics } from '../run/pruning-round';
import { compareWithTruth } from './evaluate';
import { SelectionStudy, type SelectionReport } from './figures/selection-study';
import { chartSvg, tableSvg } from './figures/svg';
import type { CalibrationPoint } from '../run/calibrate';
import type { NamedImage } from './images';
import { prunedTeacherOf, type TrainedRun, withPredictor } from './jobs';

/** γ and β of Table 3 and Fig. 4, as the paper has them. */
const [GAMMA, BETA] = [0.7, 1];
/** Images that Fig. 5 is measured on, since each ratio predicts them anew. */
const SWEPT_IMAGES = 24;
const CACHE_BYTES = 256 * 2 ** 20;

export interface Analysis {
  readonly images: number;
  /** Table 3 and Fig. 4. */
  readonly selection: SelectionReport;
  /** Fig. 5, on `sweptImages` of the images; empty for a run without a pruned teacher. */
  readonly ratios: readonly CalibrationPoint[];
  readonly sweptImages: number;
}

/**
 * Writes Table 3, Fig. 4 and Fig. 5 of a run over images with truth: `analysis.json`, `table3.svg`, `figure4.svg`, `figure5.svg`.
 * @param onImage is called for each prediction of an image
 * @param sweep the ratios of Fig. 5
 * @throws EspalierError as {@link compareWithTruth}; IMAGE_MISSING when an unlabelled image of the run is gone; AbortError
 */
export async function analyzeRun(
  run: TrainedRun,
  images: readonly NamedImage[],
  truth: string,
  out: string,
  onImage: () => void,
  signal: AbortSignal,
  sweep: readonly number[] = RATIOS,
): Promise<Analysis> {
  const { inputs, checkpoint } = run;
  const { settings } = checkpoint;
  const plan = planBatches({ ...inputs, settings }, run.folder);
  const own = prunedTeacherOf(run);
  if (own) await checkFiles(plan);
  const pruned = own && { ...own, views: [settings.batch, settings.crop, settings.crop, 3] as const };
  const classes = inputs.classes;
  const analysis = await withPredictor(run, images, pruned, async ({ predictor, session }) => {
    const study = new SelectionStudy(classes.length, GAMMA, BETA);
    await compareWithTruth(
      predictor,
      classes,
      images,
      truth,
      (prediction, its) => {
        study.add(prediction, its);
        onImage();
      },
      signal,
    );
    const ratios: CalibrationPoint[] = [];
    const swept = spread(images, SWEPT_IMAGES);
    const network = createNetwork(settings.backbone, classes.length);
    const maker = new BatchMaker(plan, CACHE_BYTES);
    for (const [round, ratio] of pruned ? sweep.entries() : []) {
      pruneTeacher(session, network, settings, ratio);
      await reestimateStatistics(session, settings, (index) => maker.views(round, index));
      const [teacher, other] = [emptyConfusion(classes.length), emptyConfusion(classes.length)];
      await compareWithTruth(
        predictor,
        classes,
        swept,
        truth,
        (prediction, its) => {
          addToConfusion(teacher, prediction.classes, its);
          addToConfusion(other, prediction.prunedClasses ?? prediction.classes, its);
          onImage();
        },
        signal,
      );
      ratios.push({ ratio, teacher: pixelAccuracy(teacher), pruned: pixelAccuracy(other) });
    }
    return { images: images.length, selection: study.report(), ratios, sweptImages: pruned ? swept.length : 0 };
  });
  await writeFigures(analysis, out);
  return analysis;
}

/** Predictions that {@link analyzeRun} makes of so many images. */
export function predictionsOf(run: TrainedRun, images: number): number {
  return images + (prunedTeacherOf(run) ? RATIOS.length * Math.min(images, SWEPT_IMAGES) : 0);
}

/** At most `most` items, evenly spread over the list. */
export function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}

async function writeFigures(analysis: Analysis, out: string): Promise<void> {
  const { selection, ratios } = analysis;
  await mkdir(out, { recursive: true });
  const write = (name: string, text: string): Promise<void> => writeFileAtomic(join(out, name), text);
  await write('analysis.json', `${JSON.stringify(analysis, null, 1)}\n`);
  await write('table3.svg', table3(selection));
  await write('figure4.svg', figure4(selection));
  await write(
    'figure5.svg',
    chartSvg({
      title: 'Fig. 5: pixel accuracy against pruning ratio',
      x: 'pruning ratio',
      y: 'pixel accuracy',
      series: [
        { name: 'teacher', points: ratios.map(({ ratio, teacher }) => [ratio, teacher] as const) },
        { name: 'pruned teacher', points: ratios.map(({ ratio, pruned }) => [ratio, pruned] as const) },
      ],
    }),
  );
}

function table3({ conf, refined, gamma, beta }: SelectionReport): string {
  const percent = (share: number | null): string => (share === null ? '–' : (100 * share).toFixed(2));
  const rows = Object.entries({ conf, refined }).map(([name, { quality, areas }]) => {
    const shares = [quality.accuracy, quality.precision, quality.recall, quality.f1, areas.right, areas.wrong];
    return [name, ...shares.map(percent)];
  });
  return tableSvg(`Table 3: kept pseudo-labels, per cent (γ ${gamma}, β ${beta})`, [
    ['', 'accuracy', 'precision', 'recall', 'F1', 'right kept', 'wrong kept'],
    ...rows,
  ]);
}

function figure4({ density }: SelectionReport): string {
  const points = (values: readonly number[]): (readonly [number, number])[] =>
    values.map((value, i) => [(i + 0.5) / values.length, value] as const);
  return chartSvg({
    title: 'Fig. 4: density of the scores of right and wrong pseudo-labels',
    x: 'score',
    y: 'density',
    series: [
      { name: 'p̃, right', points: points(density.confidence.right) },
      { name: 'p̃, wrong', points: points(density.confidence.wrong) },
      { name: 's, right', points: points(density.refined.right) },
      { name: 's, wrong', points: points(density.refined.wrong) },
    ],
  });
}
