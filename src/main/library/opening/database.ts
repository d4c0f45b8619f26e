import Sqlite, { type Database } from 'better-sqlite3';
import { EspalierError } from '@shared/errors';
import { backUp } from '../backups/make';
import { damaged, databaseError } from '../database/errors';
import { isOurs, migrate } from '../database/schema';
import type { Layout } from '../files/layout';
import { SCHEMA_VERSION } from '../migrations';

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
