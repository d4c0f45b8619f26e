import { join, resolve } from 'node:path';
import { type Analysis, table3 } from '@shared/analysis';
import { RUN_FILES } from '@shared/run';
import { text, type Command } from '../command';
import { ImagesTold } from '../images-told';
import { namedImages, withTruth } from '../names';
import { decimalText, percentText, tableText } from '../table';

/** Table 3, the areas of Fig. 4 and each score's AUC, for people. */
export function analysisText({ images, step, selection, sweep }: Analysis): string {
  const { auc, gamma, beta } = selection;
  return [
    `${images} images, step ${step}. Kept pseudo-labels in per cent (γ ${gamma}, β ${beta}):`,
    tableText(table3(selection, percentText), 1),
    `AUC of right against wrong: p̃ ${decimalText(auc.confidence)}, d ${decimalText(auc.similarity)}, s ${decimalText(auc.refined)}`,
    ...(sweep
      ? [
          `Pixel accuracy by pruning ratio on ${sweep.images} images, teacher ${percentText(sweep.teacher.accuracy)} %:`,
          tableText([['ratio', 'accuracy', 'AUC d', 'AUC s'], ...sweep.points.map(pointRow)], 0),
        ]
      : ['The run has no pruned teacher, so there is no Fig. 5 and refined is conf.']),
  ].join('\n');
}

function pointRow({ ratio, accuracy, auc }: NonNullable<Analysis['sweep']>['points'][number]): string[] {
  return [String(ratio), percentText(accuracy), decimalText(auc.similarity), decimalText(auc.refined)];
}

export const analyze: Command = {
  name: 'analyze',
  summary: 'Writes Table 3, Fig. 4 and Fig. 5 of a run over images with truth, as JSON and SVG.',
  positionals: ['DIR'],
  options: {
    run: { value: 'ID', help: 'the run to analyse', required: true },
    truth: { value: 'FOLDER', help: 'truth masks named like the images', required: true },
    ids: { value: 'FILE', help: 'the images: names, one a line', required: true },
    out: { value: 'FOLDER', help: "where the files go (analysis in the run's folder)" },
  },
  async run(context) {
    const { project, positionals, values, output, signal } = context;
    await project.library.open({ folder: positionals[0]!, create: null });
    const runId = text(values, 'run')!;
    const folder = await project.library.call('runs.folder', { runId });
    const images = await withTruth(project, await namedImages(project, text(values, 'ids')!), resolve(text(values, 'truth')!));
    const given = text(values, 'out');
    const chosen = given === undefined ? null : resolve(given);
    const told = new ImagesTold(context, runId, 'analysing');
    const analysis = await project.engine.call('engine.analyze', { folder, images, out: chosen }, { signal, onProgress: told.onProgress });
    await told.keep();
    const out = chosen ?? join(folder, RUN_FILES.analysis);
    output.result({ run: runId, out, ...analysis }, `${analysisText(analysis)}\nFigures are in ${out}`);
  },
};
