import Sqlite from 'better-sqlite3';
import type { Layout } from './layout';

/** A project held by this process alone. */
export interface ProjectLock {
  release(): void;
}

/**
 * Takes a project for this process until it is released, or the process dies, however it dies. It is a file of its own that is locked, by
 * SQLite's means, which are the same on every system: the database itself can so be read by several connections, and exchanged.
 * @throws whatever SQLite says: SQLITE_BUSY when another process, or another library of this one, holds it
 */
export function lockProject(layout: Layout): ProjectLock {
  const file = new Sqlite(layout.lock, { timeout: 0 });
  try {
    file.pragma('journal_mode = MEMORY');
    // Nothing is ever written; the transaction lasts as long as the lock.
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw error;
  }
  return { release: () => file.close() };
}
