import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { Evaluation } from '@shared/protocol';
import { SUBSETS, Subset } from '@shared/subsets';
import { text, type Command, type CommandContext } from '../command';
import { BEST_OPTION, bestAsked } from '../best';
import { ImagesTold } from '../images-told';
import { allImages, namedImages, type TruthImage, withTruth } from '../names';

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
    truth: { value: 'FOLDER', help: 'truth masks named like the images' },
    ids: { value: 'FILE', help: 'the images: names, one a line' },
    subset: { value: 'val|test|train', help: 'instead of both: the images of a subset that have labels, by these' },
    best: BEST_OPTION,
  },
  async run(context) {
    const { project, positionals, values, output, signal } = context;
    const runId = text(values, 'run')!;
    const best = bestAsked(context);
    await project.library.open({ folder: positionals[0]!, create: null });
    const folder = await project.library.call('runs.folder', { runId });
    const told = new ImagesTold(context, runId, 'evaluating');
    const results = await withImages(context, (images) =>
      project.engine.call('engine.evaluate', { folder, images, best }, { signal, onProgress: told.onProgress }),
    );
    await told.keep();
    if (results.every(({ bestEpoch }) => bestEpoch === null)) {
      output.progress({ run: runId, best: null }, 'There is no best state: the run held out no images (setting holdOut).');
    }
    for (const result of results) output.result({ run: runId, ...result }, tableOf(result));
  },
};

/** Hands over the images that are asked for with their truth: masks of a folder, or the labels of a subset, which lie in files meanwhile. */
async function withImages<T>({ project, values, signal }: CommandContext, work: (images: TruthImage[]) => Promise<T>): Promise<T> {
  const [truth, ids, name] = [text(values, 'truth'), text(values, 'ids'), text(values, 'subset')];
  if (name === undefined) {
    if (truth === undefined || ids === undefined)
      throw new EspalierError('USAGE', { detail: '--truth and --ids are needed, or --subset.' });
    return work(await withTruth(project, await namedImages(project, ids), resolve(truth)));
  }
  const subset = Subset.safeParse(name);
  if (!subset.success || truth !== undefined || ids !== undefined) {
    throw new EspalierError('USAGE', { detail: `--subset takes ${SUBSETS.join(', ')}, and goes with neither --truth nor --ids.` });
  }
  const imageIds = new Set(await project.library.call('subsets.labelled', { subset: subset.data }));
  if (imageIds.size === 0) throw new EspalierError('SUBSET_NO_LABELS', { subset: name });
  const images = (await allImages(project)).filter(({ id }) => imageIds.has(id));
  const folder = await mkdtemp(join(tmpdir(), 'espalier-truth-'));
  try {
    const all = { format: 'masks', options: {}, content: 'accepted', runId: null, gamma: null, beta: null } as const;
    await project.library.call('export.masks', { ...all, folder, imageIds: [...imageIds] }, { signal });
    return await work(await withTruth(project, images, join(folder, 'masks')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
