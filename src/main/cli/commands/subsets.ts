import { EspalierError } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import { SUBSETS, SubsetPlan } from '@shared/subsets';
import { text, type Command } from '../command';
import { tableText } from '../table';

export const subsets: Command = {
  name: 'subsets',
  summary:
    'Deals the images out to train, val and test, stratified by class; runs learn from train alone. Without options, shows how they are.',
  positionals: ['DIR'],
  options: {
    ratio: { value: 'TRAIN:VAL:TEST', help: 'shares of the images, such as 80:10:10' },
    together: {
      value: 'folder|PATTERN',
      help: 'images of a folder, or whose paths have the same text where a regular expression matches, stay together',
    },
    seed: { value: 'N', help: 'deals otherwise (0)' },
    clear: { help: 'forgets the subsets' },
  },
  async run({ project, positionals, values, output }) {
    const ratio = text(values, 'ratio');
    await project.library.open({ folder: positionals[0]!, create: null });
    if (values['clear'] === true) {
      await project.library.call('subsets.clear', null);
      output.result({ subsets: null }, 'No image is in a subset any more; runs learn from all.');
      return;
    }
    const dealt =
      ratio === undefined
        ? await project.library.call('subsets.get', null)
        : await project.library.call('subsets.make', planOf(ratio, values));
    if (!dealt) output.result({ subsets: null }, 'The images are in no subsets; give --ratio, such as 80:10:10.');
    else output.result(dealt, tableOf(dealt, await project.library.call('classes.list', null)));
  },
};

function planOf(ratio: string, values: Parameters<typeof text>[0]): SubsetPlan {
  const [train, val, test = 0] = ratio.split(/[:/,]/).map(Number);
  const together = text(values, 'together');
  const plan = SubsetPlan.safeParse({
    ratios: { train, val, test },
    together: together === undefined ? 'none' : together === 'folder' ? 'folder' : 'pattern',
    pattern: together ?? '',
    seed: Number(text(values, 'seed') ?? 0),
  });
  if (plan.success) return plan.data;
  throw new EspalierError('USAGE', {
    detail: '--ratio takes three numbers such as 80:10:10, train and one of the others above 0; --seed a whole number.',
  });
}

function tableOf({ subsets, others }: NonNullable<ResultOf<'subsets.get'>>, classes: ResultOf<'classes.list'>): string {
  const rows = [
    ['images', ...subsets.map(({ images }) => String(images))],
    ['with labels', ...subsets.map(({ labelled }) => String(labelled))],
    ...classes.map(({ id, name }) => [`with ${name}`, ...subsets.map((each) => String(each.classes[id] ?? 0))]),
  ];
  const rest = others > 0 ? `\n${others} images are in none, as those that were added since; runs learn from them, too.` : '';
  return `${tableText([['', ...SUBSETS], ...rows], 1)}${rest}`;
}
