import { numbered, parseClassSet } from '@shared/class-set';
import { text, type Command } from '../command';
import { readText } from '../names';
import { tellIndex } from './reindex';

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
    tellIndex(output, index);
    output.result(
      { folder, images: index.added, classes: summary.classes.length, unreadable: index.unreadable.length },
      `${index.added} images, ${summary.classes.length} classes${index.unreadable.length ? `, ${index.unreadable.length} unreadable` : ''}`,
    );
  },
};
