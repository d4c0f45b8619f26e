import { changeScore, overlapOf } from '@shared/comparison';
import type { LabelClass } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import { differingSettings } from '@shared/run-figures';
import { text, type Command } from '../command';
import { percentText, tableText } from '../table';

export const compare: Command = {
  name: 'compare',
  summary: 'Compares two runs: their settings, what they predict otherwise, and how well each meets the labels.',
  positionals: ['DIR'],
  options: {
    run: { value: 'ID', help: 'the one run', required: true },
    with: { value: 'ID', help: 'the other one', required: true },
    changed: { value: 'N', help: 'also lists so many images that changed most (10)' },
  },
  async run({ project, positionals, values, output, signal }) {
    const [runId, other] = [text(values, 'run')!, text(values, 'with')!];
    const most = Number(text(values, 'changed') ?? 10);
    if (!Number.isInteger(most) || most < 0 || most > 1000) {
      throw new EspalierError('USAGE', { detail: '--changed takes a whole number from 0 to 1000.' });
    }
    const { library } = project;
    const { classes } = await library.open({ folder: positionals[0]!, create: null });
    const [one, two] = [await library.call('runs.get', { runId }), await library.call('runs.get', { runId: other })];
    const { leftOut } = await library.call(
      'comparisons.measure',
      { runId, other },
      { signal, onProgress: ({ done, total, secondsLeft }) => output.items('comparing', done, total, secondsLeft) },
    );
    const found = await library.call('comparisons.read', { runId, other });
    const query = { filter: 'changed', sort: 'change', search: '', runId, against: other, over: 0 } as const;
    const changed = most === 0 ? [] : (await library.call('images.list', { query, offset: 0, limit: most })).items;
    const images = changed.map(({ path, scores }) => ({ path, change: scores[changeScore(other)] ?? 0 }));
    const settings =
      one.settings && two.settings
        ? differingSettings(one.settings, two.settings).map((key) => [key, String(one.settings![key]), String(two.settings![key])])
        : [];
    output.result(
      {
        run: runId,
        with: other,
        settings: Object.fromEntries(settings.map(([key, ...both]) => [key!, both])),
        ...found,
        leftOut,
        changed: images,
      },
      [
        tableText([['setting', runId, other], ['labelled images', String(one.labelledImages), String(two.labelledImages)], ...settings], 1),
        ...(found.change === null || found.change.mean === null
          ? ['No image was predicted by both.']
          : [`They predict ${percentText(found.change.mean)} % of the pixels otherwise, over ${found.change.images} images.`]),
        ...labelsText(`On labels of ${found.unseen.images} images that neither learnt from`, found.unseen, classes, [runId, other]),
        ...labelsText(`On labels of all ${found.all.images} images, learnt from or not`, found.all, classes, [runId, other]),
        ...(images.length === 0
          ? []
          : ['Changed most, per cent of the image:', ...images.map((each) => `  ${percentText(each.change)}  ${each.path}`)]),
        ...(leftOut === 0 ? [] : [`${leftOut} images were left out: their predictions cannot be read; predict them again.`]),
      ].join('\n'),
    );
  },
};

/** IoU of each class by both runs, in per cent; nothing where there are no labels. */
function labelsText(
  head: string,
  { images, run, other }: ResultOf<'comparisons.read'>['all'],
  classes: readonly LabelClass[],
  ids: readonly [string, string],
): string[] {
  if (images === 0) return [];
  const overlaps = [overlapOf(run), overlapOf(other)];
  const rows = classes
    .filter(({ id }) => overlaps.some(({ perClass }) => perClass.has(id)))
    .map(({ id, name }) => [name, ...overlaps.map(({ perClass }) => percentText(perClass.get(id)))]);
  return [`${head}, IoU:`, tableText([['class', ...ids], ...rows, ['mean', ...overlaps.map(({ miou }) => percentText(miou))]], 1)];
}
