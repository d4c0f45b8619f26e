import { resolve } from 'node:path';
import type { Evaluation } from '@shared/protocol';
import { text, type Command } from '../command';
import { BEST_OPTION, bestAsked } from '../best';
import { ImagesTold } from '../images-told';
import { namedImages, withTruth } from '../names';

const percent = (share: number | null): string => (share === null ? '   –' : (100 * share).toFixed(1).padStart(5));

export function tableOf({ network, bestEpoch, images, miou, accuracy, perClass, confusion, auc }: Evaluation): string {
  const width = Math.max(...perClass.map(({ name }) => name.length), 5);
  return [
    `${network}, ${bestEpoch === null ? 'last' : `best on held-out images (epoch ${bestEpoch})`}: mIoU ${percent(miou).trim()} %, accuracy ${percent(accuracy).trim()} % over ${images} images`,
    ...perClass.map(({ name, iou }) => `  ${name.padEnd(width)}  IoU ${percent(iou)} %`),
    `  AUC of right against wrong: ${auc.probability?.toFixed(3) ?? '–'} by probability, ${auc.fitted?.toFixed(3) ?? '–'} by the confidence fitted on labels`,
    '  confusion, rows truth, columns prediction:',
    ...confusion.map((row, i) => `  ${perClass[i]!.name.padEnd(width)}  ${row.map((n) => String(n).padStart(9)).join(' ')}`),
  ].join('\n');
}

export const evaluate: Command = {
  name: 'evaluate',
  summary:
    'Compares predictions of a run with truth masks: mIoU, IoU per class, confusion matrix; of student and teacher, last and, with holdOut, best.',
  positionals: ['DIR'],
  options: {
    run: { value: 'ID', help: 'the run to evaluate', required: true },
    truth: { value: 'FOLDER', help: 'truth masks named like the images', required: true },
    ids: { value: 'FILE', help: 'the images: names, one a line', required: true },
    best: BEST_OPTION,
  },
  async run(context) {
    const { project, positionals, values, output, signal } = context;
    const runId = text(values, 'run')!;
    const best = bestAsked(context);
    await project.library.open({ folder: positionals[0]!, create: null });
    const folder = await project.library.call('runs.folder', { runId });
    const images = await withTruth(project, await namedImages(project, text(values, 'ids')!), resolve(text(values, 'truth')!));
    const told = new ImagesTold(context, runId, 'evaluating');
    const results = await project.engine.call('engine.evaluate', { folder, images, best }, { signal, onProgress: told.onProgress });
    await told.keep();
    if (results.every(({ bestEpoch }) => bestEpoch === null)) {
      output.progress({ run: runId, best: null }, 'There is no best state: the run held out no images (setting holdOut).');
    }
    for (const result of results) output.result({ run: runId, ...result }, tableOf(result));
  },
};
