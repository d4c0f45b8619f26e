import type { Backup } from '@shared/protocol';
import { text, type Command } from '../command';
import { tableText } from '../table';

export const restore: Command = {
  name: 'restore',
  summary: 'Makes a backup the project again and keeps what was there; without --backup, lists the backups.',
  positionals: ['DIR'],
  options: { backup: { value: 'NAME', help: 'the backup, as the list names it' } },
  async run({ project, positionals, values, output }) {
    const folder = positionals[0]!;
    const backup = text(values, 'backup');
    if (backup === undefined) {
      const backups = await project.library.call('project.backups', { folder });
      if (backups.length === 0) output.result({ backups: 0 }, 'There are no backups.');
      else if (output.json) for (const each of backups) output.result(each, '');
      else output.result({}, tableText([['name', 'of', 'images', 'labelled', 'MB'], ...backups.map(row)], 2));
      return;
    }
    const { kept } = await project.library.restore({ folder, backup });
    const opened = await project.library.open({ folder, create: null });
    const { labelled, total } = opened.images;
    output.result(
      { folder, backup, kept, images: total, labelled },
      `${backup} is the project again: ${total} images, ${labelled} labelled.${kept ? ` What was there is the backup ${kept} now.` : ''}`,
    );
  },
};

function row({ name, time, images, labelled, bytes }: Backup): string[] {
  const count = (n: number | null): string => (n === null ? 'damaged' : String(n));
  return [name, time.slice(0, 16).replace('T', ' '), count(images), count(labelled), (bytes / 1e6).toFixed(1)];
}
