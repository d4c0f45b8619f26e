import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { EspalierError, messageOf, reasonOf } from '@shared/errors';
import type { ParamsOf, Warning } from '@shared/protocol';
import { makeOwnFolder } from '../../media/own-files';
import { backupsThere } from '../backups/list';
import { backUpWhenDue } from '../backups/make';
import { addFirstClasses } from '../classes/classes';
import { databaseError } from '../database/errors';
import { fileAt, sameFile } from '../files/identity';
import { putForeignJournalAside, sizeOf } from '../files/journal';
import type { Layout } from '../files/layout';
import { layoutOfFolder } from '../files/locate';
import { lockProject, type ProjectLock } from '../files/lock';
import { countImages } from '../images/walk';
import { LabelStore } from '../labels/store';
import type { OpenProject } from '../project/open-project';
import { prepareQueries, prepareReading } from '../queries';
import { classQueries } from '../queries/classes';
import { leadsAstray } from '../queries/stray';
import { Reader } from '../reader/reader';
import { finishRemovals } from '../runs/remove';
import { openDatabase } from './database';

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
    const opened: OpenProject = {
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
    await finishRemovals(opened);
    return opened;
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

async function makeHome(layout: Layout): Promise<void> {
  await countImages(layout.folder, undefined, 1);
  await access(layout.folder, constants.W_OK);
  await makeOwnFolder(layout.home);
}
