import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import { METHOD_NEEDS } from '@shared/methods';
import { RUN_FILES, RunInputs } from '@shared/run';
import { makeOwnFolder, removeOwn, writeOwnFile } from '../../media/own-files';
import { encodePng } from '../../media/png';
import { imageOf, type Project } from '../project';
import type { ImageRow } from '../queries/images';
import { rejectedMap } from '../review/rejections';

/**
 * Freezes what a run learns from into `runs/<id>`: settings, classes, the label maps as they are now, and the images without labels.
 * @throws EspalierError TRAIN_NO_LABELS, TRAIN_ONE_CLASS, TRAIN_HOLD_OUT, TRAIN_NO_UNLABELLED, IMAGE_UNKNOWN, DISK_FULL
 */
export async function createRun(project: Project, { settings, unlabelled }: ParamsOf<'runs.create'>): Promise<ResultOf<'runs.create'>> {
  const { layout, queries } = project;
  const labelled = queries.images.labelled();
  const chosen = unlabelled?.map((id) => imageOf(project, id)).filter(({ status }) => status === 'ok');
  const rest = chosen ?? queries.images.unlabelled();
  if (labelled.length === 0) throw new EspalierError('TRAIN_NO_LABELS');
  if (queries.labels.usedClasses().length < 2) throw new EspalierError('TRAIN_ONE_CLASS');
  if (settings.holdOut > 0 && labelled.length < 2) throw new EspalierError('TRAIN_HOLD_OUT');
  if (METHOD_NEEDS[settings.method].unlabelled && rest.length === 0) {
    throw new EspalierError('TRAIN_NO_UNLABELLED', { method: settings.method });
  }

  const number = queries.runs.nextNumber();
  const runId = `run-${String(number).padStart(4, '0')}`;
  const folder = join(layout.runs, runId);
  // The row comes first: it reserves the number, and should this process die now, the run is marked failed when the project opens.
  queries.runs.add(number, runId, new Date().toISOString(), JSON.stringify(settings), labelled.length, rest.length);
  try {
    await removeOwn(folder);
    for (const each of [RUN_FILES.labels, RUN_FILES.rejected]) await makeOwnFolder(join(folder, each));
    const inputs: RunInputs = {
      version: 1,
      runId,
      classes: queries.classes.list(),
      settings,
      labelled: await inOrder(labelled, async (row) => ({ ...frozen(row), labels: await freezeLabels(project, row, folder) })),
      unlabelled: await freezeRejections(project, rest, folder),
    };
    await writeOwnFile(join(folder, RUN_FILES.inputs), JSON.stringify(RunInputs.parse(inputs)));
    return { runId, folder, pixels: queries.images.pixels() };
  } catch (error) {
    queries.runs.remove(runId);
    await removeOwn(folder);
    throw error;
  }
}

/** An image by its path inside the project, which may be moved or copied. */
const frozen = ({ id, path, width, height }: ImageRow) => ({ id, path, width, height });

async function freezeLabels(project: Project, { id, width, height }: ImageRow, folder: string): Promise<string> {
  const file = `${RUN_FILES.labels}/${id}.png`;
  await writeOwnFile(join(folder, file), await encodePng({ kind: 'grey', width, height, data: project.labels.read(id).slice() }));
  return file;
}

async function freezeRejections(project: Project, rows: readonly ImageRow[], folder: string): Promise<RunInputs['unlabelled']> {
  const concerned = new Set(project.queries.decisions.imagesWithRejections());
  return inOrder(rows, async (row) => {
    if (!concerned.has(row.id)) return { ...frozen(row), rejected: null };
    const file = `${RUN_FILES.rejected}/${row.id}.png`;
    const { width, height } = row;
    await writeOwnFile(join(folder, file), await encodePng({ kind: 'grey', width, height, data: rejectedMap(project, row) }));
    return { ...frozen(row), rejected: file };
  });
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
