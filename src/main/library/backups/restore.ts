import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { EspalierError } from '@shared/errors';
import { isProject } from '../database/schema';
import { isSound, journalIndexOf, journalOf, sizeOf, stampOf } from '../files/journal';
import type { Layout } from '../files/layout';
import { lockProject } from '../files/lock';
import { listBackups, replacedFolder, type BackupFile } from './list';

/**
 * Makes a backup the project's database. What was there is kept among the backups, the database and its journal together.
 * Nobody may have the project open. An end in the middle leaves either the old project, or none and all the backups.
 * @returns the name under which what was there is kept; null when nothing was
 * @throws EspalierError BACKUP_UNKNOWN, BACKUP_DAMAGED; SQLite's and the file system's errors
 */
export async function restoreBackup(layout: Layout, name: string, now = new Date()): Promise<string | null> {
  const lock = lockProject(layout);
  try {
    const backup = (await listBackups(layout.backups)).find((each) => each.name === name);
    if (!backup) throw new EspalierError('BACKUP_UNKNOWN', { name, folder: layout.folder });
    const fresh = `${layout.database}.restored`;
    await copyToDisk(await checked(backup), fresh);
    const kept = await keep(layout, replacedFolder(layout.backups, stampOf(now)));
    await rename(fresh, layout.database);
    return kept;
  } finally {
    lock.release();
  }
}

async function checked({ file, name }: BackupFile): Promise<string> {
  // A journal beside it: what was kept here could not be read either.
  if (!isSound(file) || !isProject(file) || (await sizeOf(journalOf(file)))) throw new EspalierError('BACKUP_DAMAGED', { name });
  return file;
}

/**
 * Moves the database out of the way. It is made one file before, which one rename moves: an end between two would part it from its journal.
 * A damaged one has to go in parts, it first, since without its journal it would be silently older.
 */
async function keep({ database }: Layout, folder: string): Promise<string | null> {
  if (await sizeOf(database)) foldJournal(database);
  const parts = [database, journalOf(database)];
  let kept = false;
  for (const part of parts) {
    if (!(await sizeOf(part))) continue;
    await mkdir(folder, { recursive: true });
    await rename(part, join(folder, basename(part)));
    kept = true;
  }
  await rm(journalIndexOf(database), { force: true });
  return kept ? basename(folder) : null;
}

/** Makes one file of a database and its journal, as every backup is. A damaged one stays as it is. */
function foldJournal(database: string): void {
  try {
    if (!isSound(database)) return;
    const db = new Sqlite(database);
    db.pragma('journal_mode = DELETE');
    db.close();
  } catch (error) {
    console.warn(`${database} was kept as it was found:`, error);
  }
}

async function copyToDisk(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  await file.sync().finally(() => file.close());
}
