import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RUN_FILES } from '@shared/run';
import { type Analysis, type SelectionReport, table3 } from '@shared/analysis';
import { writeFileAtomic } from '../../media/files';
import { makeOwnFolder, writeOwnFile } from '../../media/own-files';
import { SelectionStudy } from '../core/metrics/selection-study';
import { BatchMaker } from '../data/batch';
import type { Reading } from '../data/left-out';
import { planBatches } from '../data/plan';
import { accuracyChart } from '../figures/accuracy-chart';
import { chartSvg, type Series, tableSvg } from '../figures/svg';
import { createNetwork } from '../model/create';
import { hear } from '../process/hear';
import { pruneTeacher, reestimateStatistics } from '../pruning/pruning-round';
import { each, RATIOS, sweepPrunings } from '../pruning/pruning-sweep';
import { compareWithTruth } from './evaluate';
import type { TruthImage } from './images';
import { prunedTeacherOf, type TrainedRun, withPredictor } from './jobs';
import { evenlyChosen } from './evenly';

/** β of Table 3 and Fig. 4, as the paper has it; γ is the run's own. */
const BETA = 1;
/** Images that Fig. 5 is measured on, since each ratio predicts them anew. */
const SWEPT_IMAGES = 24;
const CACHE_BYTES = 256 * 2 ** 20;

/**
 * Writes Table 3, Fig. 4 and Fig. 5 of a run over images with truth: `analysis.json`, `table3.svg`, `figure4.svg`, and `figure5.svg`
 * where the run has a pruned teacher.
 * @param out null: the `analysis` folder of the run
 * @param onImage is called for each prediction of an image, see {@link predictionsOf}
 * @param ratios of Fig. 5
 * @throws EspalierError as {@link compareWithTruth}; NONE_READABLE; AbortError
 */
export async function analyzeRun(
  run: TrainedRun,
  images: readonly TruthImage[],
  out: string | null,
  onImage: () => void,
  reading: Reading,
  ratios: readonly number[] = RATIOS,
): Promise<Analysis> {
  const { inputs, checkpoint } = run;
  const write = await placeFor(run, out);
  const { settings, step } = checkpoint;
  const { signal, onLeftOut } = reading;
  const plan = planBatches({ ...inputs, settings }, run.folder);
  const own = prunedTeacherOf(run);
  const pruned = own && { ...own, views: [settings.batch, settings.crop, settings.crop, 3] as const };
  const K = inputs.classes.length;
  const analysis = await withPredictor(run, images, { pruned, best: false }, signal, async ({ predictor, session }) => {
    const compare = (some: readonly TruthImage[], use: Parameters<typeof compareWithTruth>[3]): Promise<number> =>
      compareWithTruth(
        predictor,
        inputs.classes,
        some,
        (prediction, its) => {
          use(prediction, its);
          onImage();
        },
        reading,
      );
    const study = new SelectionStudy(K, settings.gamma, BETA);
    const compared = await compare(images, (prediction, its) => study.add(prediction, its));
    const selection = study.report();
    if (!pruned) return { images: compared, step, selection, sweep: null };
    const swept = evenlyChosen(images, SWEPT_IMAGES);
    const network = createNetwork(settings.backbone, K, settings.decoder);
    const maker = new BatchMaker(plan, CACHE_BYTES, onLeftOut);
    const { scope, granularity } = settings;
    const sweep = await sweepPrunings(
      each(ratios.map((ratio) => ({ scope, granularity, ratio }))),
      {
        classes: K,
        gamma: settings.gamma,
        beta: BETA,
        prune: async (pruning) => {
          pruneTeacher(session, network, pruning, scope);
          await reestimateStatistics(
            session,
            settings,
            (index) => maker.views(step, index),
            () => hear(signal),
          );
        },
        compare: async (use) => void (await compare(swept, use)),
      },
      signal,
    );
    return { images: compared, step, selection, sweep: { ...sweep, images: swept.length } };
  });
  await writeFigures(analysis, write);
  return analysis;
}

/** Predictions that {@link analyzeRun} makes of so many images. */
export function predictionsOf(run: TrainedRun, images: number): number {
  return images + (prunedTeacherOf(run) ? RATIOS.length * Math.min(images, SWEPT_IMAGES) : 0);
}

type Write = (name: string, text: string) => Promise<void>;

/** How files are written into a folder that the user chose, or into the run's own. */
async function placeFor({ folder }: TrainedRun, out: string | null): Promise<Write> {
  const into = out ?? join(folder, RUN_FILES.analysis);
  await (out === null ? makeOwnFolder(into) : mkdir(into, { recursive: true }));
  return (name, text) => (out === null ? writeOwnFile : writeFileAtomic)(join(into, name), text);
}

async function writeFigures(analysis: Analysis, write: Write): Promise<void> {
  const { selection, sweep } = analysis;
  await write('analysis.json', `${JSON.stringify(analysis, null, 1)}\n`);
  await write('table3.svg', table3Svg(selection));
  await write('figure4.svg', figure4(selection));
  if (sweep) await write('figure5.svg', accuracyChart('Fig. 5: pixel accuracy against pruning ratio', sweep));
}

function table3Svg(selection: SelectionReport): string {
  const percent = (share: number | null): string => (share === null ? '–' : (100 * share).toFixed(2));
  const { gamma, beta } = selection;
  return tableSvg(`Table 3: kept pseudo-labels, per cent (γ ${gamma}, β ${beta})`, table3(selection, percent));
}

function figure4({ gamma, beta, conf, refined, density }: SelectionReport): string {
  const line = (name: string, values: readonly number[], kept: number | null): Series => ({
    name: `${name}: ${kept === null ? 'none' : `${(100 * kept).toFixed(1)} % kept`}`,
    points: values.map((value, i) => [(i + 0.5) / values.length, value] as const),
  });
  const series = [
    line('p̃, right', density.confidence.right, conf.areas.right),
    line('p̃, wrong', density.confidence.wrong, conf.areas.wrong),
    line('s, right', density.refined.right, refined.areas.right),
    line('s, wrong', density.refined.wrong, refined.areas.wrong),
  ];
  const highest = Math.max(0, ...series.flatMap(({ points }) => points.map(([, value]) => value)));
  const threshold: Series = {
    name: `γ = ${gamma}`,
    points: [
      [gamma, 0],
      [gamma, highest],
    ],
  };
  return chartSvg({
    title: `Fig. 4: density of the scores of right and wrong pseudo-labels (β ${beta})`,
    x: 'score',
    y: 'density',
    series: [...series, threshold],
  });
}
