import { z } from 'zod';
import { vocColor } from '../../../shared/domain';
import { EspalierError } from '../../../shared/errors';
import { text, type Command } from '../command';
import { readText } from '../names';

const ClassList = z.array(z.object({ name: z.string(), color: z.string().optional() })).min(1);

/** Classes as JSON (a list of {name, color}) or as plain text, one name a line. */
async function readClasses(file: string): Promise<{ name: string; color: string }[]> {
  const content = await readText(file);
  let list: z.output<typeof ClassList>;
  try {
    list = file.endsWith('.json')
      ? ClassList.parse(JSON.parse(content))
      : ClassList.parse(content.split(/\r?\n/).flatMap((name) => (name.trim() ? [{ name: name.trim() }] : [])));
  } catch (error) {
    throw new EspalierError('FILE_UNREADABLE', { file, reason: 'it is not a list of classes' }, { cause: error });
  }
  return list.map(({ name, color }, id) => ({ name, color: (color ?? vocColor(id)).toLowerCase() }));
}

export const init: Command = {
  name: 'init',
  summary: 'Makes a project of a folder of images and indexes it.',
  positionals: ['DIR'],
  options: { classes: { value: 'FILE', help: 'classes: JSON list of {name, color}, or one name a line', required: true } },
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
