import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { whyNotFrom } from '@shared/continuing';
import { METHOD_NEEDS } from '@shared/methods';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import { RUN_FILES } from '@shared/run';
import { makeOwnFolder, removeOwn, writeOwnFile } from '../../media/own-files';
import { imageOf, type OpenProject, runOf } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import { inputsText } from './inputs';
import { runRecord } from './records';

/**
 * Freezes what a run learns from into `runs/<id>`: settings, classes, the label maps as they are now, and the images without labels.
 * @throws EspalierError TRAIN_FROM, RUN_UNKNOWN, TRAIN_NO_LABELS, TRAIN_ONE_CLASS, TRAIN_HOLD_OUT, TRAIN_NO_UNLABELLED, IMAGE_UNKNOWN, DISK_FULL
 */
export async function createRun(
  project: OpenProject,
  { settings, unlabelled, chain }: ParamsOf<'runs.create'>,
): Promise<ResultOf<'runs.create'>> {
  const { layout, queries, reading } = project;
  // What is left for judging teaches nothing, with labels or without.
  const apart = new Set((await reading.subsets.apart()).map(({ id }) => id));
  const isLearnt = ({ id }: FoundImage): boolean => !apart.has(id);
  const allLabelled = await allOf(reading.rows.labelled());
  const labelled = allLabelled.filter(isLearnt);
  const chosen = unlabelled?.map((id) => imageOf(project, id)).filter(({ status }) => status === 'ok');
  // Labels that were erased meanwhile make none of both.
  const known = new Set(allLabelled.map(({ id }) => id));
  const rest = (chosen ?? (await allOf(reading.rows.unlabelled())).filter(({ id }) => !known.has(id))).filter(isLearnt);
  if (allLabelled.length === 0) throw new EspalierError('TRAIN_NO_LABELS');
  if (labelled.length === 0) throw new EspalierError('TRAIN_SUBSET');
  if (queries.labels.usedClasses().length < 2) throw new EspalierError('TRAIN_ONE_CLASS');
  if (settings.holdOut > 0 && labelled.length < 2) throw new EspalierError('TRAIN_HOLD_OUT');
  if (METHOD_NEEDS[settings.method].unlabelled && rest.length === 0) {
    throw new EspalierError('TRAIN_NO_UNLABELLED', { method: settings.method });
  }
  if (settings.from !== null) {
    const reason = whyNotFrom(settings, runRecord(project, runOf(project, settings.from)));
    if (reason !== null) throw new EspalierError('TRAIN_FROM', { run: settings.from, reason });
  }
  const pixels = await reading.rows.pixels();
  const rejected = new Set(await reading.rows.withRejections());

  const number = queries.runs.nextNumber();
  const runId = `run-${String(number).padStart(4, '0')}`;
  const folder = join(layout.runs, runId);
  // The row comes first: it reserves the number, and should this process die now, the run is marked failed when the project opens.
  queries.runs.add({
    number,
    id: runId,
    now: new Date().toISOString(),
    settings: JSON.stringify(settings),
    labelled: labelled.length,
    unlabelled: rest.length,
    chain: chain === 'new' ? number : (chain ?? null),
  });
  try {
    await removeOwn(folder);
    for (const each of [RUN_FILES.labels, RUN_FILES.rejected]) await makeOwnFolder(join(folder, each));
    await writeOwnFile(
      join(folder, RUN_FILES.inputs),
      inputsText(project, { runId, settings, labelled, unlabelled: rest, rejected, folder }),
    );
    return { runId, folder, pixels };
  } catch (error) {
    queries.runs.remove(runId);
    await removeOwn(folder);
    throw error;
  }
}

async function allOf(slices: AsyncIterable<FoundImage[]>): Promise<FoundImage[]> {
  const rows: FoundImage[] = [];
  for await (const slice of slices) rows.push(...slice);
  return rows;
}
