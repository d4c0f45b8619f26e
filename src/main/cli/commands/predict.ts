import { resolve } from 'node:path';
import { text, type Command } from '../command';
import { allImages, namedImages } from '../names';

export const predict: Command = {
  name: 'predict',
  summary: "Writes the teacher's class of every pixel as PNG masks.",
  positionals: ['DIR'],
  options: {
    run: { value: 'ID', help: 'the run whose teacher predicts', required: true },
    ids: { value: 'FILE', help: 'only these images: names, one a line' },
    out: { value: 'FOLDER', help: 'where the masks go', required: true },
  },
  async run({ project, positionals, values, output, signal }) {
    await project.library.open({ folder: positionals[0]!, create: null });
    const ids = text(values, 'ids');
    const { folder } = await project.library.call('runs.folder', { runId: text(values, 'run')! });
    const images = ids === undefined ? await allImages(project) : await namedImages(project, ids);
    const out = resolve(text(values, 'out')!);
    const { predicted } = await project.engine.call(
      'engine.predictMasks',
      { folder, images, out },
      { signal, onProgress: ({ done, total }) => output.items('predicting', done, total) },
    );
    output.result({ predicted, out }, `${predicted} masks in ${out}`);
  },
};
