import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';

const DAY = 24 * 60 * 60 * 1000;
const KEPT = 5;
const NAME = /^project-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)\.db$/;

/** Backs the database up when the last backup is older than a day; keeps the five newest. */
export async function backUpWhenDue(db: Database, folder: string, now = new Date()): Promise<void> {
  await mkdir(folder, { recursive: true });
  const newest = (await backupsIn(folder)).at(-1);
  if (newest && now.getTime() - newest.time < DAY) return;
  await backUp(db, folder, now.toISOString().replace(/[:.]/g, '-'));
  const old = (await backupsIn(folder)).slice(0, -KEPT);
  for (const { name } of old) await rm(join(folder, name));
}

/**
 * Copies the database while it is in use, checks the copy, and only then gives it its name `project-<label>.db`.
 * The database file itself is never opened a second time: closing it would drop this process's lock.
 */
export async function backUp(db: Database, folder: string, label: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, 'unfinished.tmp');
  await rm(temporary, { force: true });
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
  await rename(temporary, file);
  return file;
}

/** Oldest first. Backups made before a migration are not among them: they are kept. */
async function backupsIn(folder: string): Promise<{ name: string; time: number }[]> {
  const found: { name: string; time: number }[] = [];
  for (const name of await readdir(folder)) {
    const stamp = NAME.exec(name)?.[1];
    if (stamp) found.push({ name, time: Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)-/, 'T$1:$2:$3.')) });
  }
  return found.sort((a, b) => a.time - b.time);
}
