import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { isMissing } from '@shared/errors';
import type { Backup } from '@shared/protocol';

/** Backups made now and then; these are rotated. All others are kept: those before a migration or a repair, and what a restored one replaced. */
const DAILY = /^project-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)\.db$/;
const KEPT = /^project-before-(schema-\d+|repair-[\dTZ-]+)\.db$/;
/** Folders that hold a database under its own name. */
const REPLACED = /^replaced-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)$/;

/** A backup, where it is, and whether it is one of those that are rotated. */
export interface BackupFile extends Backup {
  readonly file: string;
  readonly daily: boolean;
}

/** The folder in which a database that is replaced now is kept. */
export const replacedFolder = (backups: string, stamp: string): string => join(backups, `replaced-${stamp}`);

/** All backups in a folder, the newest first; none when the folder is not there. Each is opened to see what it holds. */
export async function listBackups(folder: string): Promise<BackupFile[]> {
  const found: BackupFile[] = [];
  for (const name of await namesIn(folder)) {
    const replaced = REPLACED.exec(name)?.[1];
    const daily = DAILY.exec(name)?.[1];
    if (!replaced && !daily && !KEPT.test(name)) continue;
    const file = replaced ? join(folder, name, 'project.db') : join(folder, name);
    const stats = await stat(file).catch(() => null);
    if (!stats) continue;
    const stamp = daily ?? replaced;
    const time = stamp ? stamp.replace(/T(\d\d)-(\d\d)-(\d\d)-/, 'T$1:$2:$3.') : stats.mtime.toISOString();
    found.push({ name, time, bytes: stats.size, ...contentOf(file), file, daily: daily !== undefined });
  }
  return found.sort((a, b) => (a.time < b.time ? 1 : -1));
}

/** How many backups there are, and when the newest was made, without opening any. */
export async function backupsThere(folder: string): Promise<number> {
  return (await namesIn(folder)).filter((name) => DAILY.test(name) || KEPT.test(name) || REPLACED.test(name)).length;
}

/** Images and labelled images in a backup of whatever schema; null where it cannot be read. */
function contentOf(file: string): Pick<Backup, 'images' | 'labelled'> {
  let db: Sqlite.Database | null = null;
  try {
    db = new Sqlite(file, { readonly: true, fileMustExist: true });
    const count = (where: string): number => (db?.prepare(`SELECT count(*) AS n FROM image WHERE ${where}`).get() as { n: number }).n;
    return { images: count('1'), labelled: count("status = 'ok' AND labelled_pixels > 0") };
  } catch {
    return { images: null, labelled: null };
  } finally {
    db?.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}
