import { existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { EspalierError, isDiskFull } from '@shared/errors';
import { backUp } from './backups/make';
import type { Layout } from './layout';
import { migrations, SCHEMA_VERSION } from './migrations';

export type { Database } from 'better-sqlite3';

/** Marks a SQLite file as ours: "Espa". */
const APPLICATION_ID = 0x45737061;

/** Milliseconds to wait for another program that looks into the database: Espalier itself is kept out by the project's lock. */
const PATIENCE = 1000;

/**
 * Opens a project's database, which this process must hold the lock of. What a committed transaction wrote is on disk (WAL,
 * synchronous = FULL). Older schemas are migrated after a backup.
 * @param create fills a new database, in the transaction that makes it; null: the database must exist
 * @throws EspalierError PROJECT_MISSING, PROJECT_IN_USE, PROJECT_NEWER, PROJECT_DAMAGED, FOLDER_READ_ONLY, DISK_FULL
 */
export async function openDatabase(layout: Layout, create: ((db: Database) => void) | null): Promise<Database> {
  let db: Database | null = null;
  try {
    db = new Sqlite(layout.database, { fileMustExist: create === null, timeout: PATIENCE });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    const found = Number(db.pragma('user_version', { simple: true }));
    if (found === 0 && create === null) throw new EspalierError('PROJECT_MISSING', { folder: layout.folder });
    if (found > SCHEMA_VERSION) throw new EspalierError('PROJECT_NEWER', { found, known: SCHEMA_VERSION });
    if (!isOurs(db, found)) throw damaged(layout);
    if (found > 0 && found < SCHEMA_VERSION) await backUp(db, layout.backups, `before-schema-${SCHEMA_VERSION}`);
    migrate(db, found, found === 0 ? create : null);
    return db;
  } catch (error) {
    db?.close();
    throw databaseError(error, layout);
  }
}

/** Whether a file is the database of a project that this Espalier can open. */
export function isProject(file: string): boolean {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    const found = Number(db.pragma('user_version', { simple: true }));
    return found > 0 && found <= SCHEMA_VERSION && isOurs(db, found);
  } finally {
    db.close();
  }
}

/** Brings the schema from version `found` to the newest, all or nothing. */
export function migrate(db: Database, found: number, afterwards: ((db: Database) => void) | null = null, newest = SCHEMA_VERSION): void {
  if (found === newest) return;
  db.transaction(() => {
    for (const migration of migrations) {
      if (migration.version > found && migration.version <= newest) migration.up(db);
    }
    db.pragma(`user_version = ${newest}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    afterwards?.(db);
  })();
}

/** Gives failures of SQLite and of the file system their sentence. */
export function databaseError(error: unknown, layout: Layout): unknown {
  if (error instanceof EspalierError || !(error instanceof Error) || !('code' in error) || error.name === 'AbortError') return error;
  const code = String(error.code);
  const failure = (...args: ConstructorParameters<typeof EspalierError>) => new EspalierError(args[0], args[1], { cause: error });
  if (isDiskFull(error)) return failure('DISK_FULL');
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return failure('PROJECT_IN_USE');
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(layout, error);
  // A folder that went away is no fault of permissions.
  if (!existsSync(layout.folder)) return failure('FOLDER_MISSING', { folder: layout.folder });
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') return failure('DISK_ERROR', { where: layout.folder });
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code) || (isDenied(error) && concerns(error, layout))) {
    return failure('FOLDER_READ_ONLY', { folder: layout.folder });
  }
  return error;
}

/** True for system errors meaning that writing is not permitted. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(EACCES|EPERM|EROFS)$/.test(String(error.code));
}

function concerns(error: Error, layout: Layout): boolean {
  return 'path' in error && (error.path === layout.folder || String(error.path).startsWith(layout.home));
}

/** A sound database of ours, or one that nothing was ever written into. */
function isOurs(db: Database, found: number): boolean {
  if (found === 0) return (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0;
  return Number(db.pragma('application_id', { simple: true })) === APPLICATION_ID && db.pragma('quick_check(1)', { simple: true }) === 'ok';
}

function damaged({ folder, backups }: Layout, cause?: unknown): EspalierError {
  return new EspalierError('PROJECT_DAMAGED', { folder, backups }, { cause });
}
