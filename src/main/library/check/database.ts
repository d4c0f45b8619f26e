import Sqlite from 'better-sqlite3';
import { isCorrupt } from '../files/journal';
import type { Layout } from '../files/layout';
import { fault, type FoundFault } from './faults';

/** Of more faults than these nobody needs to know to see that a database is damaged. */
const TOLD = 20;
/** What SQLite says of an index that does not agree with its table, which is all that is in it. */
const OF_AN_INDEX = /^(row \d+ missing from index|wrong # of entries in index|non-unique entry in index)/;

/**
 * Reads the database from end to end, indexes and references included.
 * @returns its faults, and whether what else there is can be read through it
 */
export function checkDatabase({ database, folder }: Layout): { readonly faults: FoundFault[]; readonly readable: boolean } {
  let found: string[];
  try {
    found = problemsOf(database);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    found = [error.message];
  }
  const ofIndexes = found.length > 0 && found.every((each) => OF_AN_INDEX.test(each));
  if (ofIndexes) return { faults: [fault('CHECK_INDEX', { reason: found[0]! }, () => indexAnew(database))], readable: true };
  return { faults: found.slice(0, 1).map((reason) => fault('CHECK_DATABASE', { folder, reason })), readable: found.length === 0 };
}

function problemsOf(database: string): string[] {
  const db = new Sqlite(database, { fileMustExist: true });
  try {
    const verdicts = db.prepare<[], string>(`PRAGMA integrity_check(${TOLD})`).pluck().all();
    const broken = verdicts.filter((each) => each !== 'ok');
    if (broken.length > 0) return broken;
    const strays = db.prepare<[], { table: string; parent: string }>('PRAGMA foreign_key_check').all();
    return strays.map(({ table, parent }) => `a row of ${table} belongs to no ${parent}`);
  } finally {
    db.close();
  }
}

function indexAnew(database: string): void {
  const db = new Sqlite(database);
  try {
    db.exec('REINDEX');
  } finally {
    db.close();
  }
}
