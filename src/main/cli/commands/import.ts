import { resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { Project } from '../../host/project/project';
import { text, type Command } from '../command';
import { namedImages } from '../names';

/** The id of a class given by name; null for none, undefined when nothing was given. @throws EspalierError USAGE */
async function whiteOf(project: Project, name: string | undefined): Promise<number | null | undefined> {
  if (name === undefined) return undefined;
  const classes = await project.library.call('classes.list', null);
  const found = classes.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found) return found.id;
  if (name === 'none') return null;
  const names = classes.map((each) => each.name).join(', ');
  throw new EspalierError('USAGE', { detail: `There is no class "${name}" for --white; the classes are ${names}.` });
}

export const importMasks: Command = {
  name: 'import',
  summary: 'Imports PNG masks of class numbers as labels.',
  positionals: ['DIR'],
  options: {
    masks: { value: 'FOLDER', help: 'masks named like the images', required: true },
    white: { value: 'CLASS|none', help: 'what 255 is in masks of 0 and 255 alone: a class by name, or unlabelled' },
    ids: { value: 'FILE', help: 'only these images: names, one a line' },
  },
  async run({ project, positionals, values, output, signal }) {
    await project.library.open({ folder: positionals[0]!, create: null });
    const ids = text(values, 'ids');
    const images = ids === undefined ? null : await namedImages(project, ids);
    const { imported, added, skipped } = await project.library.call(
      'import.masks',
      {
        folder: resolve(text(values, 'masks')!),
        imageIds: images?.map(({ id }) => id) ?? null,
        white: await whiteOf(project, text(values, 'white')),
      },
      { signal, onProgress: ({ done, total }) => output.items('importing', done, total) },
    );
    for (const { name, reason } of skipped) output.progress({ skipped: name, reason }, `skipped: ${name} (${reason})`);
    output.result(
      { imported, skipped: skipped.length, added },
      `${imported} masks imported, ${skipped.length} skipped${added.length > 0 ? `, classes added: ${added.join(', ')}` : ''}`,
    );
  },
};
