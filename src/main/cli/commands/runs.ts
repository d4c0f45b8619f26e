import type { RunRecord } from '@shared/domain';
import { estimatedMiou, keptShare } from '@shared/run-figures';
import { text, type Command } from '../command';
import { percentText, tableText } from '../table';

export const runs: Command = {
  name: 'runs',
  summary: 'Lists the runs of a project: how good they are said to be, how long they took, their space on the disk; or removes one.',
  positionals: ['DIR'],
  options: {
    remove: { value: 'ID', help: 'removes this run with everything in its folder, for good; labels accepted from it stay' },
  },
  async run({ project, positionals, values, output }) {
    await project.library.open({ folder: positionals[0]!, create: null });
    const leaving = text(values, 'remove');
    if (leaving !== undefined) {
      const { bytes } = await project.library.call('runs.space', { runId: leaving });
      await project.library.call('runs.remove', { runId: leaving });
      output.result({ removed: leaving, bytes }, `${leaving} is removed; ${megabytes(bytes)} MB are free again.`);
      return;
    }
    const list = await project.library.call('runs.list', null);
    const rows: string[][] = [];
    for (const run of list) {
      const { bytes } = await project.library.call('runs.space', { runId: run.id });
      if (output.json) output.result({ ...record(run), bytes }, '');
      rows.push([...row(run), megabytes(bytes), run.comment]);
    }
    if (output.json) return;
    const heads = ['run', 'status', 'preset', 'method', 'labelled', 'predicted', 'mIoU', 'kept', 'seconds', 'MB', 'note'];
    output.result({}, list.length === 0 ? 'There are no runs.' : tableText([heads, ...rows], 4));
  },
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function record(run: RunRecord): Record<string, unknown> {
  const { id, status, settings, labelledImages, predictedImages, seconds, comment } = run;
  return { run: id, status, settings, labelledImages, predictedImages, miou: estimatedMiou(run), kept: keptShare(run), seconds, comment };
}

function row(run: RunRecord): string[] {
  const { id, status, settings, labelledImages, predictedImages, seconds } = run;
  return [
    id,
    status,
    settings?.preset ?? '–',
    settings?.method ?? '–',
    String(labelledImages),
    String(predictedImages),
    percentText(estimatedMiou(run)),
    percentText(keptShare(run)),
    String(Math.round(seconds)),
  ];
}
