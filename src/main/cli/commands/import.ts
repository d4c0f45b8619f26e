import { resolve } from 'node:path';
import { text, type Command } from '../command';
import { readNames } from '../names';

export const importMasks: Command = {
  name: 'import',
  summary: 'Imports PNG masks of class numbers as labels.',
  positionals: ['DIR'],
  options: {
    masks: { value: 'FOLDER', help: 'masks named like the images', required: true },
    ids: { value: 'FILE', help: 'only these images: names without extension, one a line' },
  },
  async run({ project, positionals, values, output, signal }) {
    await project.library.open({ folder: positionals[0]!, create: null });
    const ids = text(values, 'ids');
    const result = await project.library.call(
      'import.masks',
      { folder: resolve(text(values, 'masks')!), names: ids === undefined ? null : await readNames(ids) },
      { signal, onProgress: ({ done, total }) => output.items('importing', done, total) },
    );
    output.result(
      { imported: result.imported, skipped: result.skipped.length },
      `${result.imported} masks imported, ${result.skipped.length} skipped`,
    );
  },
};
