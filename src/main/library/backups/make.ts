import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { makeOwnFolder, removeOwn, renameOwn } from '../../media/own-files';
import { stampOf } from '../files/journal';
import { listBackups } from './list';

const DAY = 24 * 60 * 60 * 1000;
const KEPT = 5;

/** Backs the database up when the last backup is older than a day; keeps the five newest, and the newest one that has labels. */
export async function backUpWhenDue(db: Database, folder: string, now = new Date()): Promise<void> {
  await makeOwnFolder(folder);
  const daily = (await listBackups(folder)).filter((backup) => backup.daily);
  if (daily[0] && now.getTime() - Date.parse(daily[0].time) < DAY) return;
  await backUp(db, folder, stampOf(now));
  const all = (await listBackups(folder)).filter((backup) => backup.daily);
  const labelled = all.find((backup) => (backup.labelled ?? 0) > 0);
  for (const old of all.slice(KEPT)) if (old.name !== labelled?.name) await removeOwn(old.file);
}

/** Copies the database while it is in use, checks the copy, and only then gives it its name `project-<label>.db`. */
export async function backUp(db: Database, folder: string, label: string): Promise<string> {
  await makeOwnFolder(folder);
  const temporary = join(folder, 'unfinished.tmp');
  await removeOwn(temporary);
  await db.backup(temporary);
  const copy = new Sqlite(temporary);
  try {
    copy.pragma('journal_mode = DELETE');
    const verdict = copy.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw new Error(`the backup is damaged: ${String(verdict)}`);
  } finally {
    copy.close();
  }
  const file = join(folder, `project-${label}.db`);
  await renameOwn(temporary, file);
  return file;
}
