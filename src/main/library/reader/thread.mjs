import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

/**
 * A thread that answers questions about a database, which it can only read: `{ id, sql, params }` is answered by `{ id, rows }`, or by
 * `{ id, failure: { code, message } }`. Its data is the path of the database.
 */
const db = new Sqlite(String(workerData), { readonly: true, fileMustExist: true });
db.pragma('temp_store = MEMORY');

/** Questions are few: they differ in their parameters. @type {Map<string, import('better-sqlite3').Statement>} */
const statements = new Map();

parentPort?.on('message', (/** @type {{ id: number, sql: string, params: object }} */ { id, sql, params }) => {
  try {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    parentPort?.postMessage({ id, rows: statement.all(params) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    parentPort?.postMessage({ id, failure: { code, message: String(error) } });
  }
});
