import { join, resolve } from 'node:path';
import { EspalierError, toEspalierError } from '@shared/errors';
import { parseSetting, type TrainSettings } from '@shared/settings';
import { layoutOf } from '../../library/files/layout';
import { combinationsOf, Grid, variationsOf } from '../../host/project/sweep/combinations';
import { type SweepEntry, SweepRecord } from '../../host/project/sweep/record';
import { networkName, type Spread, summarise, type SweepRow } from '../../host/project/sweep/summary';
import { runSweep, type SweepParts } from '../../host/project/sweep/sweep';
import type { StartedRun } from '../../host/project/training';
import { text, type Command, type CommandContext, type OptionValues } from '../command';
import { stoppedByInterrupt } from '../interrupt';
import { namedImages, readText, withTruth } from '../names';
import { tableText } from '../table';
import { givenSettings, texts, TRAIN_OPTIONS, unlabelledOf } from '../train-options';
import { reportTraining, tellRecord } from './train';

const usage = (detail: string): EspalierError => new EspalierError('USAGE', { detail });

/** What is varied, by --grid and --vary together. @throws EspalierError USAGE, FILE_UNREADABLE */
async function gridsOf(values: OptionValues): Promise<Grid[]> {
  const file = text(values, 'grid');
  const varied = texts(values, 'vary').map(variedBy);
  return file === undefined ? varied : [await readGrid(file), ...varied];
}

/** Reads `key=a,b,c`. @throws EspalierError USAGE */
function variedBy(pair: string): Grid {
  const [name, list] = pair.split('=', 2);
  if (!name || !list) throw usage(`"${pair}" is not key=a,b,c.`);
  return Grid.parse({ [name]: list.split(',').map((value) => parseSetting(`${name}=${value}`)[1]) });
}

async function readGrid(file: string): Promise<Grid> {
  const content = await readText(file);
  try {
    return Grid.parse(JSON.parse(content));
  } catch (cause) {
    throw new EspalierError(
      'FILE_UNREADABLE',
      { file, reason: 'it is neither {setting: [values]} nor a list of {setting: value}' },
      { cause },
    );
  }
}

/** @throws EspalierError USAGE */
function seedsOf(values: OptionValues): number[] {
  const list = (text(values, 'seeds') ?? '0').split(',').map((seed) => (seed.trim() === '' ? NaN : Number(seed)));
  if (list.some((seed) => !Number.isInteger(seed) || seed < 0)) throw usage('--seeds must be whole numbers, as in --seeds 0,1,2.');
  if (new Set(list).size < list.length) throw usage('--seeds names a seed twice.');
  return list;
}

function nameOf(values: OptionValues): string {
  const name = text(values, 'name') ?? 'sweep';
  if (!/^\w[\w.-]*$/.test(name)) throw usage('--name must be a plain file name.');
  return name;
}

const variationText = (variation: SweepRow['variation']): string =>
  Object.entries(variation)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || 'as given';

function entryText({ variation, settings, runId, outcome, failure }: SweepEntry): string {
  const miou = outcome?.results.map((result) => `${networkName(result)} ${(100 * result.miou).toFixed(1)}`).join(', ');
  return `${variationText(variation)}, seed ${settings.seed}: ${miou ? `mIoU ${miou}` : failure} (${runId})`;
}

/** The table that a sweep ends with: mIoU in per cent and minutes, mean ± standard deviation over the seeds. */
export function sweepText(rows: readonly SweepRow[]): string {
  const names = [...new Set(rows.flatMap(({ variation }) => Object.keys(variation)))];
  const networks = [...new Set(rows.flatMap(({ miou }) => Object.keys(miou)))];
  const spread = (value: Spread | null | undefined, scale: number): string => {
    if (!value) return '–';
    const deviation = value.deviation === null ? '' : ` ± ${(scale * value.deviation).toFixed(1)}`;
    return `${(scale * value.mean).toFixed(1)}${deviation}`;
  };
  const head = [...names, 'seeds', ...networks.map((network) => `mIoU ${network}`), 'minutes'];
  const body = rows.map(({ variation, runs, failed, miou, seconds }) => [
    ...names.map((name) => (name in variation ? String(variation[name]) : '')),
    failed > 0 ? `${runs.length - failed} of ${runs.length}` : String(runs.length),
    ...networks.map((network) => spread(miou[network], 100)),
    spread(seconds, 1 / 60),
  ]);
  return tableText([head, ...body], names.length);
}

/** Starts the run of a combination, or goes on with the one that was begun; Ctrl-C stops it and keeps its last checkpoint. */
function startRun(context: CommandContext, unlabelled: number[] | null): SweepParts['train'] {
  const { project } = context;
  const start = (settings: TrainSettings): Promise<StartedRun> => project.training.start(settings, { unlabelled, predict: false });
  const resume = async (runId: string, settings: TrainSettings): Promise<StartedRun> => {
    const { status, seconds } = await project.library.call('runs.get', { runId });
    if (status === 'finished') return { runId, outcome: Promise.resolve({ runId, status, seconds, predictionFailure: null }) };
    try {
      return await project.training.resume(runId, { predict: false });
    } catch (error) {
      // It ended before its first checkpoint.
      if (toEspalierError(error).code !== 'RUN_NO_CHECKPOINT') throw error;
      return start(settings);
    }
  };
  return async (settings, known) => {
    const { runId, outcome } = known === null ? await start(settings) : await resume(known, settings);
    const told = stoppedByInterrupt(context, outcome).then(async (ended) => {
      await tellRecord(context, runId);
      return ended;
    });
    return { runId, outcome: told };
  };
}

export const sweep: Command = {
  name: 'sweep',
  summary:
    'Trains every combination of settings and seeds, evaluates each, and ends with one table; called again, it goes on where it was.',
  positionals: ['DIR'],
  options: {
    vary: { value: 'key=a,b,c', help: 'values of a setting to try; several are combined', multiple: true },
    grid: { value: 'FILE', help: 'the same as JSON: {"key": [a, b]}, or a list of rows [{"key": a}, …] as in Table 6' },
    seeds: { value: '0,1,2', help: 'seeds that each combination is trained with (0)' },
    truth: { value: 'FOLDER', help: 'truth masks named like the images', required: true },
    ids: { value: 'FILE', help: 'the images to evaluate on: names, one a line', required: true },
    name: { value: 'NAME', help: 'what to remember the sweep by (sweep)' },
    ...TRAIN_OPTIONS,
  },
  async run(context) {
    const { project, positionals, values, output, signal, onTraining } = context;
    const name = nameOf(values);
    const rows = variationsOf(await gridsOf(values));
    if (rows.some((row) => 'seed' in row)) throw usage('Seeds are given by --seeds.');
    const combinations = combinationsOf(givenSettings(values), rows, seedsOf(values));
    const { folder } = await project.library.open({ folder: positionals[0]!, create: null });
    const truth = resolve(text(values, 'truth')!);
    const images = await withTruth(project, await namedImages(project, text(values, 'ids')!), truth);
    const unlabelled = await unlabelledOf(project, values);
    const data = { truth, images: images.map((image) => image.name), unlabelled };
    const record = await SweepRecord.open(join(layoutOf(folder).sweeps, `${name}.json`), name, data);
    onTraining((runId, progress) => reportTraining(output, runId, progress));
    const entries = await runSweep(
      combinations,
      record,
      {
        train: startRun(context, unlabelled),
        evaluate: async (runId) => {
          const folder = await project.library.call('runs.folder', { runId });
          const results = await project.engine.call('engine.evaluate', { folder, images, best: false }, { signal });
          // As after a training: its memory is not for the next one to carry.
          project.engine.kill();
          return results.map(({ network, bestEpoch, miou, accuracy }) => ({ network, bestEpoch, miou, accuracy }));
        },
        onEntry: (entry, done, total) => {
          const { variation, settings, runId, outcome, failure } = entry;
          const record = { sweep: name, done, total, variation, seed: settings.seed, run: runId, ...outcome, failure };
          output.progress(record, `${done} of ${total}: ${entryText(entry)}`);
        },
      },
      signal,
    );
    const table = summarise(entries);
    if (output.json) for (const row of table) output.result({ sweep: name, ...row }, '');
    else output.result({}, sweepText(table));
  },
};
