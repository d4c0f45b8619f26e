import { resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import { text, type Command, type CommandContext } from '../command';
import { BEST_OPTION, bestAsked } from '../best';
import { ImagesTold } from '../images-told';
import { stoppedByInterrupt } from '../interrupt';
import { allImages, namedImages } from '../names';
import { tellRecord } from './train';

export const predict: Command = {
  name: 'predict',
  summary: "Predicts for review the images that a run has not predicted so; with --out, writes the teacher's classes as PNG masks instead.",
  positionals: ['DIR'],
  options: {
    run: { value: 'ID', help: 'the run whose teacher predicts', required: true },
    ids: { value: 'FILE', help: 'only masks of these images: names, one a line' },
    out: { value: 'FOLDER', help: 'write masks there' },
    best: BEST_OPTION,
  },
  async run(context) {
    const { project, positionals, values } = context;
    const [runId, ids, out] = [text(values, 'run')!, text(values, 'ids'), text(values, 'out')];
    if (out === undefined && ids !== undefined) throw new EspalierError('USAGE', { detail: '--ids goes with --out.' });
    const best = bestAsked(context);
    await project.library.open({ folder: positionals[0]!, create: null });
    if (out === undefined) await predictForReview(context, runId, best);
    else await predictMasks(context, runId, ids, resolve(out), best);
  },
};

async function predictForReview(context: CommandContext, runId: string, best: boolean): Promise<void> {
  const { project, output, onTraining } = context;
  onTraining((_, { step, steps, secondsLeft }) => output.items('predicting', step, steps, secondsLeft));
  await stoppedByInterrupt(context, (await project.training.predict(runId, { best })).outcome);
  await tellRecord(context, runId);
  const { predictedImages, bestImages } = await project.library.call('runs.get', { runId });
  output.result(
    { run: runId, predicted: predictedImages, best: bestImages },
    `${predictedImages} images predicted by ${runId}${bestImages > 0 ? `, ${bestImages} of them with Best masks` : ''}`,
  );
}

async function predictMasks(context: CommandContext, runId: string, ids: string | undefined, out: string, best: boolean): Promise<void> {
  const { project, output, signal } = context;
  const folder = await project.library.call('runs.folder', { runId });
  const images = ids === undefined ? await allImages(project) : await namedImages(project, ids);
  const told = new ImagesTold(context, runId, 'predicting');
  const { predicted } = await project.engine.call(
    'engine.predictMasks',
    { folder, images, out, best },
    { signal, onProgress: told.onProgress },
  );
  const leftOut = await told.keep();
  const rest = leftOut > 0 ? `, ${leftOut} images left out` : '';
  output.result({ predicted, leftOut, out }, `${predicted} masks in ${out}${rest}`);
}
