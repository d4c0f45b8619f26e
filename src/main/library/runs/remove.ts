import { join } from 'node:path';
import { lstat, opendir } from 'node:fs/promises';
import { EspalierError, isMissing } from '@shared/errors';
import { removeOwn } from '../../media/own-files';
import type { OpenProject } from '../project/open-project';
import type { RunRow } from '../queries/runs';

/**
 * Removes a run: its files, its predictions, and what is known of it. It is gone at once; should this be cut short, the rest goes when the
 * project is opened again. @throws EspalierError TRAIN_BUSY
 */
export async function removeRun(project: OpenProject, run: RunRow): Promise<void> {
  if (run.status === 'running') throw new EspalierError('TRAIN_BUSY');
  project.queries.runs.markRemoved(run.number);
  await clear(project, run);
}

/** Goes on with removals that were cut short. */
export async function finishRemovals(project: OpenProject): Promise<void> {
  for (const run of project.queries.runs.removed()) await clear(project, run);
}

/** Bytes of the files in a run's folder. */
export async function spaceOf({ layout }: OpenProject, { id }: RunRow): Promise<number> {
  let bytes = 0;
  try {
    for await (const entry of await opendir(join(layout.runs, id), { recursive: true, bufferSize: 1000 })) {
      if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    // A run that goes on renames and removes files meanwhile.
    if (!isMissing(error)) throw error;
  }
  return bytes;
}

async function clear({ layout, db, queries }: OpenProject, { number, id }: Pick<RunRow, 'number' | 'id'>): Promise<void> {
  await removeOwn(join(layout.runs, id));
  while (db.transaction(() => queries.runs.clearRemoved(number))()) await new Promise(setImmediate);
}
