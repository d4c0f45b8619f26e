import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { isMissing } from '@shared/errors';
import type { Layout } from './layout';

/** SQLite's journal of a database: what was committed last, and is not in the database file yet. */
export const journalOf = (database: string): string => `${database}-wal`;
/** The index of the journal, which SQLite makes anew where it is missing. */
export const journalIndexOf = (database: string): string => `${database}-shm`;

/** Bytes 18 and 19 of a database say how it was written last: 2 with a journal of its own, as a project is; 1 as a backup is. */
const WRITTEN_AT = 18;
const AS_BACKUP = 1;

/**
 * Puts a journal aside that is not of the database beside it: SQLite would write it over pages it was never meant for. That is what a
 * backup finds when it is copied over `project.db` by hand after a crash.
 * @returns where the journal is now; null when there was none, or it is the database's own
 */
export async function putForeignJournalAside(layout: Layout, now = new Date()): Promise<string | null> {
  const { database } = layout;
  if (!(await sizeOf(journalOf(database))) || !(await sizeOf(database))) return null;
  const foreign = (await writtenAs(database)) === AS_BACKUP || (!isSound(database) && (await isSoundAlone(layout)));
  if (!foreign) return null;
  const aside = join(layout.backups, `journal-${stampOf(now)}`);
  await mkdir(aside, { recursive: true });
  await rename(journalOf(database), join(aside, basename(journalOf(database))));
  await rm(journalIndexOf(database), { force: true });
  return aside;
}

/** Bytes of a file; 0 when there is none. */
export async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    (error: unknown) => {
      if (isMissing(error)) return 0;
      throw error;
    },
  );
}

/** A moment as names of files tell it. */
export const stampOf = (time: Date): string => time.toISOString().replace(/[:.]/g, '-');

/** True for what SQLite says of a file that is damaged, or none of its own. */
export function isCorrupt(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
}

/** Whether a database, with the journal beside it, can be read from end to end. Nothing is written into it. */
export function isSound(database: string): boolean {
  try {
    const db = new Sqlite(database, { readonly: true });
    try {
      return db.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  } catch (error) {
    if (isCorrupt(error)) return false;
    throw error;
  }
}

async function isSoundAlone({ database, home }: Layout): Promise<boolean> {
  const alone = join(home, 'alone.tmp');
  try {
    await copyFile(database, alone);
    return isSound(alone);
  } finally {
    for (const file of [alone, journalOf(alone), journalIndexOf(alone)]) await rm(file, { force: true });
  }
}

async function writtenAs(database: string): Promise<number | undefined> {
  const file = await open(database, 'r');
  try {
    return (await file.read(Buffer.alloc(1), 0, 1, WRITTEN_AT)).buffer[0];
  } finally {
    await file.close();
  }
}
