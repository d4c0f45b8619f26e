import { toEspalierError } from '../../../shared/errors';
import type { TrainProgress } from '../../../shared/protocol';
import type { TrainSettings } from '../../../shared/settings';
import type { Command, CommandContext } from '../command';
import type { Output } from '../output';
import { settingsOf, TRAIN_OPTIONS, unlabelledOf } from '../train-options';

export function reportTraining(output: Output, runId: string, progress: TrainProgress): void {
  const { report, epochs } = progress;
  if (!report) return;
  const number = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits));
  const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
  output.progress(
    { run: runId, ...report },
    `epoch ${report.epoch}/${epochs}  sup ${number(report.lossSupervised, 4)}  cons ${number(report.lossConsistency, 4)}  ` +
      `cont ${number(report.lossContrastive, 4)}  β ${number(report.beta, 3)}  kept ${percent(report.keptAfterRefinement)} ` +
      `of ${percent(report.keptByConfidence)} confident  ${number(report.seconds, 1)} s`,
  );
}

/** Trains and tells how it goes; Ctrl-C stops the run and keeps its last checkpoint. */
export async function trainAndReport(
  { project, output, signal, onTraining }: CommandContext,
  settings: TrainSettings,
  options: { unlabelled: number[] | null; predict: boolean },
): Promise<{ runId: string; status: string; seconds: number }> {
  onTraining((runId, progress) => {
    if (progress.phase === 'predicting') output.items('predicting', progress.step, progress.steps);
    else reportTraining(output, runId, progress);
  });
  const { runId, outcome } = await project.training.start(settings, options);
  const stop = (): void => project.training.stop();
  signal.addEventListener('abort', stop);
  try {
    return await outcome;
  } catch (error) {
    output.progress({ run: runId, failed: true }, `run ${runId} failed`);
    throw toEspalierError(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export const train: Command = {
  name: 'train',
  summary: 'Trains on the labelled images and, unless the method is sup, on all the others; prints the id of the run.',
  positionals: ['DIR'],
  options: {
    ...TRAIN_OPTIONS,
    seed: { value: 'S', help: 'seed of every random choice (0)' },
    predict: { help: 'also predict every image, for review in the window' },
  },
  async run(context) {
    const { project, positionals, values, output } = context;
    const settings = settingsOf(values);
    await project.library.open({ folder: positionals[0]!, create: null });
    const unlabelled = await unlabelledOf(project, values);
    const { runId, status, seconds } = await trainAndReport(context, settings, { unlabelled, predict: values.predict === true });
    output.result({ run: runId, status, seconds }, runId);
  },
};
