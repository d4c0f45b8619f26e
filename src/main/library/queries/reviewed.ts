import type { Database } from 'better-sqlite3';

/** Which images the user calls reviewed, of each run. */
export function reviewedQueries(db: Database) {
  const add = db.prepare<[number, number]>(
    'INSERT OR IGNORE INTO reviewed (run, image_id, sort_name, touched) SELECT ?, id, sort_name, touched FROM image WHERE id = ?',
  );
  const remove = db.prepare<[number, number]>('DELETE FROM reviewed WHERE run = ? AND image_id = ?');
  return {
    /** Changes nothing when it is so already. */
    set: (run: number, image: number, on: boolean) => (on ? add : remove).run(run, image),
  };
}
