import type { ResultOf } from '@shared/protocol';
import type { Command } from '../command';
import type { Output } from '../output';

/** Lists what an index could not read, and what it remarks on the others. */
export function tellIndex(output: Output, { unreadable, remarks }: ResultOf<'project.index'>): void {
  for (const { name, reason } of unreadable) output.progress({ unreadable: name, reason }, `cannot be read: ${name} (${reason})`);
  for (const { remark, images, first } of remarks) {
    output.progress({ remark, images, first }, `${first}${images > 1 ? ` and ${images - 1} like it` : ''}: ${remark}`);
  }
}

export const reindex: Command = {
  name: 'index',
  summary: 'Brings a project up to date with its folder, and lists the images that cannot be read.',
  positionals: ['DIR'],
  options: {},
  async run({ project, positionals, output, signal }) {
    const folder = positionals[0]!;
    await project.library.open({ folder, create: null });
    const index = await project.library.call('project.index', null, {
      signal,
      onProgress: ({ done, total }) => output.items('indexing', done, total),
    });
    tellIndex(output, index);
    const { added, changed, moved, removed, unreadable } = index;
    output.result(
      { folder, added, changed, moved, removed, unreadable: unreadable.length },
      `${added} added, ${changed} changed, ${moved} moved, ${removed} removed, ${unreadable.length} unreadable`,
    );
  },
};
