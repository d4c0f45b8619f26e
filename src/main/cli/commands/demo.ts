import { dirname, join } from 'node:path';
import { settingsFrom } from '@shared/settings';
import { dataFolder } from '../../host/data-folder';
import { createSample, sampleImages } from '../../host/project/sample';
import type { Command } from '../command';
import { allImages } from '../names';
import { tableOf } from './evaluate';
import { trainAndReport } from './train';

const LABELLED = 6;

export const demo: Command = {
  name: 'demo',
  summary: 'The whole loop without a window, on the sample: six labelled images, a short run, masks exported.',
  positionals: [],
  options: {},
  async run(context) {
    const { project, output, signal } = context;
    const data = dataFolder();
    await createSample(project.library, data, { signal, onProgress: ({ done, total }) => output.items('making the sample', done, total) });
    const images = sampleImages(data);
    const truth = join(dirname(images), 'truth');
    await project.openOrCreate(images);
    await project.library.call('project.index', null, { signal });
    const all = await allImages(project);
    const labelled = all.slice(0, LABELLED).map(({ id }) => id);
    await project.library.call('import.masks', { folder: truth, format: 'masks', options: {}, imageIds: labelled }, { signal });
    const { runId, status } = await trainAndReport(context, settingsFrom('quick'), { unlabelled: null, predict: true });
    const folder = await project.library.call('runs.folder', { runId });
    const others = all.slice(LABELLED);
    const masks = await project.library.call('masks.find', { folder: truth, imageIds: others.map(({ id }) => id) });
    const rest = others.flatMap((image, i) => {
      const { mask } = masks[i]!;
      return mask === null ? [] : [{ ...image, truth: mask }];
    });
    for (const result of await project.engine.call('engine.evaluate', { folder, images: rest, best: false }, { signal })) {
      output.result({ run: runId, ...result }, tableOf(result));
    }
    const out = join(dirname(images), 'export');
    const { written } = await project.library.call(
      'export.masks',
      { folder: out, format: 'masks', options: {}, content: 'refined', runId, gamma: null, beta: null, imageIds: null },
      { signal, onProgress: ({ done, total }) => output.items('exporting', done, total) },
    );
    output.result({ run: runId, status, written, folder: out }, `${written} masks are in ${join(out, 'masks')}`);
  },
};
