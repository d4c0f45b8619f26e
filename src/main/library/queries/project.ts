import type { Database } from 'better-sqlite3';

export function projectQueries(db: Database) {
  const id = db.prepare<[], { id: string }>('SELECT id FROM project');
  return {
    /** The same for a project wherever its folder is, and for its backups. */
    id: () => id.get()?.id ?? '',
  };
}
