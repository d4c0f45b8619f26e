import Sqlite, { type Database } from 'better-sqlite3';
import { migrations, SCHEMA_VERSION } from '../migrations';

/** Marks a SQLite file as ours: "Espa". */
const APPLICATION_ID = 0x45737061;

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

/** A sound database of ours, or one that nothing was ever written into. */
export function isOurs(db: Database, found: number): boolean {
  if (found === 0) return (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0;
  return Number(db.pragma('application_id', { simple: true })) === APPLICATION_ID && db.pragma('quick_check(1)', { simple: true }) === 'ok';
}
