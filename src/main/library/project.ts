import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { EspalierError, messageOf, reasonOf } from '@shared/errors';
import type { ParamsOf, ProjectSummary, Warning } from '@shared/protocol';
import { makeOwnFolder, refuseLinksIn } from '../media/own-files';
import { backupsThere } from './backups/list';
import { backUpWhenDue } from './backups/make';
import { databaseError, openDatabase, type Database } from './database';
import { countImages } from './images/walk';
import { putForeignJournalAside, sizeOf } from './journal';
import { fileAt, sameFile, type FileIdentity } from './identity';
import { addFirstClasses } from './labels/classes';
import { LabelStore } from './labels/store';
import { layoutOf, type Layout } from './layout';
import { lockProject, type ProjectLock } from './lock';
import { classQueries } from './queries/classes';
import { prepareQueries, prepareReading, type Queries, type Reading } from './queries';
import { leadsAstray } from './queries/stray';
import type { ImageRow } from './queries/images';
import { Reader } from './reader/reader';

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
 * Opens the project of a folder; creates it when `create` is given and there is none, and never was one.
 * @throws EspalierError FOLDER_MISSING, FOLDER_EMPTY, FOLDER_UNUSABLE, FOLDER_READ_ONLY, PROJECT_*, DISK_FULL
 */
export async function openProject({ folder, create, project }: ParamsOf<'project.open'>, readerFile: string): Promise<OpenProject> {
  const layout = await layoutOfFolder(folder);
  try {
    const exists = (await sizeOf(layout.database)) > 0;
    if (!exists) await refuseLost(layout);
    if (!exists && create === null) throw new EspalierError('PROJECT_MISSING', { folder: layout.folder });
    if (!exists) await makeHome(layout);
    for (const each of [layout.folder, layout.home]) await access(each, constants.W_OK);
    const lock = lockProject(layout);
    try {
      return await openLocked(layout, lock, create, project ?? null, readerFile);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw databaseError(error, layout);
  }
}

/** Whether a folder holds the very files of an open project, perhaps under another name. @throws EspalierError FOLDER_MISSING */
export async function isSameProject({ layout, held }: OpenProject, folder: string): Promise<boolean> {
  const other = await layoutOfFolder(folder);
  return other.folder === layout.folder || sameFile(held, fileAt(other.database));
}

/**
 * Makes sure that what is saved is under the path that is shown: a database whose folder was moved, deleted or replaced goes on taking
 * what is written, wherever that ends. @throws EspalierError PROJECT_MOVED
 */
export function checkPlace({ layout, held }: OpenProject): void {
  if (!sameFile(held, fileAt(layout.database))) throw new EspalierError('PROJECT_MOVED', { folder: layout.folder });
}

/** Ends the use of a project: its journal is written into its database, and the next one can open it. */
export async function closeProject({ db, lock, reader }: OpenProject): Promise<void> {
  try {
    // Only the last connection that closes writes the journal into the database.
    await reader.close();
    db.close();
  } finally {
    lock.release();
  }
}

export async function summaryOf({ layout, queries, reading }: OpenProject): Promise<ProjectSummary> {
  let [total, problem] = [0, 0];
  for (const { bucket, images } of await reading.images.counts()) {
    total += images;
    if (bucket === 'problem') problem += images;
  }
  const labelled = await reading.images.labelledCount();
  const images = { total, labelled, unlabelled: total - problem - labelled, problem };
  return { id: queries.project.id(), folder: layout.folder, name: layout.name, classes: queries.classes.list(), images };
}

/** @throws EspalierError IMAGE_UNKNOWN */
export function imageOf(project: OpenProject, id: number): ImageRow {
  const row = project.queries.images.get(id);
  if (!row) throw new EspalierError('IMAGE_UNKNOWN', { id });
  return row;
}

async function openLocked(
  layout: Layout,
  lock: ProjectLock,
  create: ParamsOf<'project.open'>['create'],
  expected: string | null,
  readerFile: string,
): Promise<OpenProject> {
  const warnings: Warning[] = [];
  const warn = (code: Warning['code'], params: Record<string, string>): void =>
    void warnings.push({ code, sentence: messageOf(code, params) });
  const aside = await putForeignJournalAside(layout);
  if (aside) warn('JOURNAL_FOREIGN', { aside });
  const db = await openDatabase(layout, create && ((fresh) => addFirstClasses(classQueries(fresh), create.classes)));
  try {
    const { folder, backups } = layout;
    if (leadsAstray(db)) throw new EspalierError('PROJECT_DAMAGED', { folder, backups });
    const queries = prepareQueries(db);
    if (expected !== null && queries.project.id() !== expected) throw new EspalierError('PROJECT_OTHER', { folder: layout.folder });
    queries.runs.markInterrupted(messageOf('RUN_INTERRUPTED'));
    // A project that cannot be backed up (no space left, say) can still be worked on.
    await backUpWhenDue(db, layout.backups).catch((error: unknown) => {
      console.warn('The project was not backed up:', error);
      warn('BACKUP_FAILED', { reason: reasonOf(databaseError(error, layout)) });
    });
    const reader = new Reader(layout.database, readerFile);
    return {
      layout,
      db,
      queries,
      reader,
      reading: prepareReading(reader.all),
      labels: new LabelStore(db, queries),
      lock,
      held: fileAt(layout.database)!,
      warnings,
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A database that is gone or empty beside its backups was lost: a new one would hide that, and its backups push the good ones out. */
async function refuseLost(layout: Layout): Promise<void> {
  const backups = await backupsThere(layout.backups);
  if (backups > 0) throw new EspalierError('PROJECT_LOST', { folder: layout.folder, count: backups });
}

/**
 * Where everything of a folder's project is. What Espalier keeps there must be its own: SQLite follows links when it writes.
 * @throws EspalierError FOLDER_MISSING, PROJECT_LINK
 */
export async function layoutOfFolder(folder: string): Promise<Layout> {
  const real = await realpath(folder).catch(() => null);
  if (!real || !(await stat(real)).isDirectory()) throw new EspalierError('FOLDER_MISSING', { folder });
  const layout = layoutOf(real);
  await refuseLinksIn(layout.home);
  return layout;
}

async function makeHome(layout: Layout): Promise<void> {
  await countImages(layout.folder, undefined, 1);
  await access(layout.folder, constants.W_OK);
  await makeOwnFolder(layout.home);
}
