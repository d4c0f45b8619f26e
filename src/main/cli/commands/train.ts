import { EspalierError, toEspalierError } from '@shared/errors';
import type { EpochReport } from '@shared/domain';
import type { TrainProgress } from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import type { MetricName } from '@shared/metrics';
import { verdictText } from '@shared/verdict';
import type { StartedRun, Training, TrainingOutcome } from '../../host/project/training';
import { text, type Command, type CommandContext, type OptionValues } from '../command';
import { stoppedByInterrupt } from '../interrupt';
import type { Output } from '../output';
import { settingsOf, TRAIN_OPTIONS, unlabelledOf } from '../train-options';

/** The run to go on with, if any. @throws EspalierError USAGE when a setting is given beside it */
export function resumedRun(values: OptionValues): string | undefined {
  const run = text(values, 'resume');
  const other = [...Object.keys(TRAIN_OPTIONS), 'seed', 'from'].find((name) => values[name] !== undefined);
  if (run === undefined || other === undefined) return run;
  throw new EspalierError('USAGE', { detail: `A resumed run keeps its settings, so leave out --${other}.` });
}

/** An epoch in a line: what it measured, and nothing that its run does not have. */
export function epochText({ epoch, metrics, seconds }: EpochReport, epochs: number): string {
  const number = (words: string, name: MetricName, digits: number): string =>
    metrics[name] === undefined ? '' : `${words} ${metrics[name].toFixed(digits)}`;
  const percent = (name: MetricName, words: string): string =>
    metrics[name] === undefined ? '' : `${(100 * metrics[name]).toFixed(1)} % ${words}`;
  // What is not pruned has a β of its schedule, which means nothing.
  const pruned = metrics.meanSimilarity !== undefined;
  const kept = pruned
    ? `kept ${percent('keptAfterRefinement', 'of')} ${percent('keptByConfidence', 'confident')}`
    : percent('keptByConfidence', 'confident');
  return [
    `epoch ${epoch}/${epochs}`,
    number('sup', 'lossSupervised', 4),
    number('cons', 'lossConsistency', 4),
    number('cont', 'lossContrastive', 4),
    pruned ? number('β', 'beta', 3) : '',
    kept,
    metrics.teacherMiou === undefined ? '' : `held out ${percent('studentMiou', 'student')}, ${percent('teacherMiou', 'teacher')}`,
    metrics.tunedMiou === undefined ? '' : `held out ${percent('tunedMiou', 'whole network')}`,
    `${seconds.toFixed(1)} s`,
  ]
    .filter(Boolean)
    .join('  ');
}

export function reportTraining(output: Output, runId: string, progress: TrainProgress): void {
  const { report, epochs } = progress;
  if (!report) return;
  const { metrics, ...rest } = report;
  output.progress(
    { run: runId, ...rest, ...metrics },
    epochText(report, epochs) + (report.verdict ? `\n${verdictText(report.verdict)}` : ''),
  );
}

/** Trains and tells how it goes; Ctrl-C stops the run and keeps its last checkpoint. */
export function trainAndReport(
  context: CommandContext,
  settings: TrainSettings,
  options: { unlabelled: number[] | null; predict: boolean },
): Promise<TrainingOutcome> {
  return report(context, (training) => training.start(settings, options));
}

/** Phases that count something else than steps of the training. */
const COUNTED: readonly TrainProgress['phase'][] = ['features', 'judging', 'predicting', 'calibrating'];

async function report(context: CommandContext, begin: (training: Training) => Promise<StartedRun>): Promise<TrainingOutcome> {
  const { project, output, onTraining } = context;
  onTraining((runId, progress) => {
    const { phase, step, steps, secondsLeft } = progress;
    if (COUNTED.includes(phase)) output.items(phase, step, steps, secondsLeft);
    else reportTraining(output, runId, progress);
  });
  const { runId, outcome } = await begin(project.training);
  let ended: TrainingOutcome;
  try {
    ended = await stoppedByInterrupt(context, outcome);
  } catch (error) {
    output.progress({ run: runId, failed: true }, `run ${runId} failed`);
    throw toEspalierError(error);
  }
  await tellRecord(context, runId);
  return ended;
}

/** Tells what a run's record says beside its epochs: what happened meanwhile, and how many images it went on without. */
export async function tellRecord({ project, output }: CommandContext, runId: string): Promise<void> {
  const { notes, leftOut } = await project.library.call('runs.get', { runId });
  for (const note of notes) output.progress({ run: runId, note }, note);
  const most = Math.max(leftOut.training, leftOut.prediction);
  if (most === 0) return;
  const words = most === 1 ? '1 image could not be read and was' : `${most} images could not be read and were`;
  output.progress({ run: runId, leftOut }, `${words} left out; "espalier index" lists what cannot be read`);
}

export const train: Command = {
  name: 'train',
  summary: 'Trains on the labelled images and, unless the method is sup, on all the others; prints the id of the run.',
  positionals: ['DIR'],
  options: {
    ...TRAIN_OPTIONS,
    seed: { value: 'S', help: 'seed of every random choice (0)' },
    from: { value: 'RUN', help: 'begin from what this run has learnt, with fewer epochs on labels alone (from scratch)' },
    resume: { value: 'RUN', help: 'go on with a run that has not finished from its last checkpoint, with its settings' },
    predict: { help: 'also predict every image, for review in the window' },
  },
  async run(context) {
    const { project, positionals, values, output } = context;
    const resumed = resumedRun(values);
    const settings = settingsOf(values);
    await project.library.open({ folder: positionals[0]!, create: null });
    const unlabelled = await unlabelledOf(project, values);
    const predict = values.predict === true;
    const { runId, status, seconds, predictionFailure } =
      resumed === undefined
        ? await trainAndReport(context, settings, { unlabelled, predict })
        : await report(context, (training) => training.resume(resumed, { predict }));
    output.result({ run: runId, status, seconds }, runId);
    if (predictionFailure) throw predictionFailure;
  },
};
