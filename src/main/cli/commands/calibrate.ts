import { join } from 'node:path';
import type { CalibrationReport } from '@shared/analysis';
import { text, type Command } from '../command';
import { ImagesTold } from '../images-told';
import { decimalText, percentText, tableText } from '../table';

/** A calibration for people: the teacher, each pruned teacher, what the rule chooses, and whether to believe it. */
export function calibrationText({ images, heldOut, gamma, beta, teacher, points, choices }: CalibrationReport): string {
  const rows = points.map(({ scope, granularity, ratio, accuracy, auc, kept }) => [
    scope,
    granularity,
    String(ratio),
    percentText(accuracy),
    decimalText(auc.similarity),
    decimalText(auc.refined),
    percentText(kept.right),
    percentText(kept.wrong),
  ]);
  return [
    `${images} labelled images, ${heldOut ? 'held out from the gradient.' : 'not held out: the gradient has learnt from them, so only differences count.'}`,
    `Teacher: accuracy ${percentText(teacher.accuracy)} %, AUC p̃ ${decimalText(teacher.auc)}, ` +
      `p̃ ≥ ${gamma} keeps ${percentText(teacher.kept.right)} % of right and ${percentText(teacher.kept.wrong)} % of wrong pixels`,
    `Pruned teachers, s ≥ ${gamma} at β = ${beta}:`,
    tableText([['scope', 'granularity', 'ratio', 'accuracy', 'AUC d', 'AUC s', 'right kept', 'wrong kept'], ...rows], 2),
    'The largest ratio within one percentage point of the teacher:',
    ...choices.map(
      ({ scope, granularity, ratio, within }) => `  ${scope}, ${granularity}: ${within ? ratio : `none; the smallest tried is ${ratio}`}`,
    ),
  ].join('\n');
}

export const calibrate: Command = {
  name: 'calibrate',
  summary: "Measures how much pruning a run's teacher bears, on the labelled images: ratio, scope and granularity.",
  positionals: ['DIR'],
  options: { run: { value: 'ID', help: 'the run whose present teacher is pruned', required: true } },
  async run(context) {
    const { project, positionals, values, output, signal } = context;
    const runId = text(values, 'run')!;
    await project.library.open({ folder: positionals[0]!, create: null });
    const folder = await project.library.call('runs.folder', { runId });
    const told = new ImagesTold(context, runId, 'calibrating');
    const report = await project.engine.call('engine.calibrate', { folder }, { signal, onProgress: told.onProgress });
    await told.keep();
    const file = join(folder, `calibration-${report.step}`);
    output.result({ ...report }, `${calibrationText(report)}\nReport and plot: ${file}.json, ${file}.svg`);
  },
};
