import { resolve } from 'node:path';
import { list, text, type Command } from '../command';
import { optionValues } from '../format-options';
import { namedImages } from '../names';

export const importMasks: Command = {
  name: 'import',
  summary: 'Imports masks and annotations of other tools as labels; "espalier formats" lists what can be read.',
  positionals: ['DIR'],
  options: {
    from: { value: 'FOLDER', help: 'masks or annotations, named like the images', required: true },
    format: { value: 'NAME', help: 'how they are written, where that is not recognised by itself' },
    set: { value: 'OPTION=VALUE', help: 'an option of the format; a class is given by its name, or as none', multiple: true },
    ids: { value: 'FILE', help: 'only these images: names, one a line' },
  },
  async run({ project, positionals, values, output, signal }) {
    await project.library.open({ folder: positionals[0]!, create: null });
    const ids = text(values, 'ids');
    const images = ids === undefined ? null : await namedImages(project, ids);
    const folder = resolve(text(values, 'from')!);
    const look = { folder, format: text(values, 'format') ?? null, options: {} };
    const { format, values: found } = await project.library.call('import.look', look, { signal });
    for (const { value, pixels, name } of found ?? [])
      output.progress({ value, pixels, name }, `${value}: ${pixels} pixels, ${name ?? 'not said what it is'}`);
    const { imported, added, skipped } = await project.library.call(
      'import.masks',
      {
        folder,
        format,
        options: await optionValues(project, format, 'imports', list(values, 'set')),
        imageIds: images?.map(({ id }) => id) ?? null,
      },
      { signal, onProgress: ({ done, total }) => output.items('importing', done, total) },
    );
    for (const { name, reason } of skipped) output.progress({ skipped: name, reason }, `skipped: ${name} (${reason})`);
    output.result(
      { imported, format, skipped: skipped.length, added },
      `${imported} masks imported, ${skipped.length} skipped${added.length > 0 ? `, classes added: ${added.join(', ')}` : ''}`,
    );
  },
};
