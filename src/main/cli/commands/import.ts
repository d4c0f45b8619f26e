import { resolve } from 'node:path';
import { text, type Command } from '../command';
import { namedImages } from '../names';

export const importMasks: Command = {
  name: 'import',
  summary: 'Imports PNG masks of class numbers as labels.',
  positionals: ['DIR'],
  options: {
    masks: { value: 'FOLDER', help: 'masks named like the images', required: true },
    ids: { value: 'FILE', help: 'only these images: names, one a line' },
  },
  async run({ project, positionals, values, output, signal }) {
    await project.library.open({ folder: positionals[0]!, create: null });
    const ids = text(values, 'ids');
    const images = ids === undefined ? null : await namedImages(project, ids);
    const { imported, added, skipped } = await project.library.call(
      'import.masks',
      { folder: resolve(text(values, 'masks')!), imageIds: images?.map(({ id }) => id) ?? null },
      { signal, onProgress: ({ done, total }) => output.items('importing', done, total) },
    );
    for (const { name, reason } of skipped) output.progress({ skipped: name, reason }, `skipped: ${name} (${reason})`);
    output.result(
      { imported, skipped: skipped.length, added },
      `${imported} masks imported, ${skipped.length} skipped${added.length > 0 ? `, classes added: ${added.join(', ')}` : ''}`,
    );
  },
};
