import { parseClassSet } from '@shared/class-set';
import { text, type Command } from '../command';
import { readText } from '../names';

/** Classes without a colour get one of the VOC palette. */
async function readClasses(file: string): Promise<{ name: string; color: string }[]> {
  return parseClassSet(await readText(file)).map(({ name, color }) => ({ name, color: color ?? '' }));
}

export const init: Command = {
  name: 'init',
  summary: 'Makes a project of a folder of images and indexes it.',
  positionals: ['DIR'],
  options: { classes: { value: 'FILE', help: 'classes: JSON list of {name, color}, a labelmap.txt, or one name a line', required: true } },
  async run({ project, positionals, values, output, signal }) {
    const folder = positionals[0]!;
    const summary = await project.library.open({ folder, create: { classes: await readClasses(text(values, 'classes')!) } });
    const index = await project.library.call('project.index', null, {
      signal,
      onProgress: ({ done, total }) => output.items('indexing', done, total),
    });
    for (const { name, reason } of index.unreadable) output.progress({ unreadable: name, reason }, `cannot be read: ${name} (${reason})`);
    output.result(
      { folder, images: index.added, classes: summary.classes.length, unreadable: index.unreadable.length },
      `${index.added} images, ${summary.classes.length} classes${index.unreadable.length ? `, ${index.unreadable.length} unreadable` : ''}`,
    );
  },
};
