import { numbered, parseClassSet } from '@shared/class-set';
import { text, type Command } from '../command';
import { readText } from '../names';

/** Classes with the numbers that the file gives them, else their places in it. Those without a colour get one of the VOC palette. */
async function readClasses(file: string): Promise<{ id: number; name: string; color: string }[]> {
  return numbered(parseClassSet(await readText(file))).map((each) => ({ ...each, color: each.color ?? '' }));
}

export const init: Command = {
  name: 'init',
  summary: 'Makes a project of a folder of images and indexes it.',
  positionals: ['DIR'],
  options: {
    classes: { value: 'FILE', help: 'classes: JSON list of {name, color, id}, a labelmap.txt, or one name a line', required: true },
  },
  async run({ project, positionals, values, output, signal }) {
    const folder = positionals[0]!;
    const summary = await project.library.open({ folder, create: { classes: await readClasses(text(values, 'classes')!) } });
    const index = await project.library.call('project.index', null, {
      signal,
      onProgress: ({ done, total }) => output.items('indexing', done, total),
    });
    for (const { name, reason } of index.unreadable) output.progress({ unreadable: name, reason }, `cannot be read: ${name} (${reason})`);
    for (const { remark, images, first } of index.remarks) {
      output.progress({ remark, images, first }, `${first}${images > 1 ? ` and ${images - 1} like it` : ''}: ${remark}`);
    }
    output.result(
      { folder, images: index.added, classes: summary.classes.length, unreadable: index.unreadable.length },
      `${index.added} images, ${summary.classes.length} classes${index.unreadable.length ? `, ${index.unreadable.length} unreadable` : ''}`,
    );
  },
};
