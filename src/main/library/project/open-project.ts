import type { Database } from 'better-sqlite3';
import { EspalierError } from '@shared/errors';
import type { Warning } from '@shared/protocol';
import { fileAt, sameFile, type FileIdentity } from '../files/identity';
import type { Layout } from '../files/layout';
import type { ProjectLock } from '../files/lock';
import type { LabelStore } from '../labels/store';
import type { Queries, Reading } from '../queries';
import type { ImageRow } from '../queries/images';
import type { RunRow } from '../queries/runs';
import type { Reader } from '../reader/reader';

/** An open project: its files, its database (held by this process alone) and the labels in it. */
export interface OpenProject {
  readonly layout: Layout;
  readonly db: Database;
  readonly queries: Queries;
  /** What may take long to find is asked here: it is answered beside everything else. */
  readonly reading: Reading;
  readonly reader: Reader;
  readonly labels: LabelStore;
  readonly lock: ProjectLock;
  /** Which file the open database is. */
  readonly held: FileIdentity;
  /** What the user is to know though the project could be opened. */
  readonly warnings: readonly Warning[];
}

/**
 * Makes sure that what is saved is under the path that is shown: a database whose folder was moved, deleted or replaced goes on taking
 * what is written, wherever that ends. @throws EspalierError PROJECT_MOVED
 */
export function checkPlace({ layout, held }: OpenProject): void {
  if (!sameFile(held, fileAt(layout.database))) throw new EspalierError('PROJECT_MOVED', { folder: layout.folder });
}

/** @throws EspalierError IMAGE_UNKNOWN */
export function imageOf(project: OpenProject, id: number): ImageRow {
  const row = project.queries.images.get(id);
  if (!row) throw new EspalierError('IMAGE_UNKNOWN', { id });
  return row;
}

/** @throws EspalierError RUN_UNKNOWN */
export function runOf(project: OpenProject, id: string): RunRow {
  const row = project.queries.runs.get(id);
  if (!row) throw new EspalierError('RUN_UNKNOWN', { run: id });
  return row;
}
