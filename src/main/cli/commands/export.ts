import { resolve } from 'node:path';
import { ExportContent } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { list, text, type Command } from '../command';
import { optionValues } from '../format-options';

export const exportMasks: Command = {
  name: 'export',
  summary: 'Exports labels in a format that "espalier formats" lists.',
  positionals: ['DIR'],
  options: {
    format: { value: 'NAME', help: 'masks, or another of the list', required: true },
    set: { value: 'OPTION=VALUE', help: 'an option of the format; a class is given by its name, or as none', multiple: true },
    out: { value: 'FOLDER', help: 'where the files go; an earlier export there is replaced when the new one is complete', required: true },
    content: {
      value: 'human|accepted|refined|full',
      help: 'human labels; with accepted ones; with what a run is sure of; with all it predicts (accepted)',
    },
    maps: { help: 'also maps of where each pixel’s class came from, and how probable a run finds its own (16 bits)' },
    run: { value: 'ID', help: 'the run whose predictions are taken, with refined and full' },
  },
  async run({ project, positionals, values, output, signal }) {
    const content = ExportContent.safeParse(text(values, 'content') ?? 'accepted');
    if (!content.success) throw new EspalierError('USAGE', { detail: '--content must be human, accepted, refined or full.' });
    await project.library.open({ folder: positionals[0]!, create: null });
    const format = text(values, 'format')!;
    const { written, share, folder, remarks } = await project.library.call(
      'export.masks',
      {
        folder: resolve(text(values, 'out')!),
        format,
        options: await optionValues(project, format, 'exports', list(values, 'set')),
        content: content.data,
        runId: text(values, 'run') ?? null,
        gamma: null,
        beta: null,
        imageIds: null,
        maps: values['maps'] === true,
      },
      { signal, onProgress: ({ done, total }) => output.items('exporting', done, total) },
    );
    for (const { what, images, names } of remarks) {
      const some = names.length > 0 ? ` (${names.join(', ')}${images > names.length ? ', …' : ''})` : '';
      output.progress({ remark: what, images, names }, `${images} images ${what}${some}`);
    }
    const incomplete = remarks.reduce((sum, { images }) => sum + images, 0);
    output.result(
      { written, share, folder, remarked: incomplete },
      `${written} masks in ${folder}; ${Math.floor(share * 100)} % of their pixels have a class`,
    );
  },
};
