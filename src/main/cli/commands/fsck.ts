import { EspalierError } from '@shared/errors';
import type { Command } from '../command';

export const fsck: Command = {
  name: 'fsck',
  summary: 'Looks for faults in all that is kept of a project, and says what can be done about each; the exit code is 1 when one is left.',
  positionals: ['DIR'],
  options: { repair: { help: 'mend what can be mended, after a backup' } },
  async run({ project, positionals, values, output, signal }) {
    const folder = positionals[0]!;
    const { faults, more, backup } = await project.library.verify(
      { folder, repair: values.repair === true },
      { signal, onProgress: ({ done, total }) => output.items('checking', done, total) },
    );
    for (const { code, sentence, state } of faults) output.result({ fault: code, sentence, state }, `${state}: ${sentence}`);
    const count = (wanted: string): number => faults.filter(({ state }) => state === wanted).length;
    const left = count('repairable') + count('beyond');
    const parts = [
      faults.length === 0
        ? 'No faults were found.'
        : `${count('repaired')} repaired, ${count('repairable')} can be repaired, ${count('beyond')} cannot.`,
      more > 0 ? `${more} more were found.` : '',
      backup === null ? '' : `What was there before is the backup ${backup}.`,
    ];
    output.result({ folder, faults: faults.length + more, left, backup }, parts.filter((part) => part !== '').join(' '));
    if (left > 0) throw new EspalierError('CHECK_LEFT', { folder, count: left });
  },
};
