import type { Database } from 'better-sqlite3';

/** The images that were suggested last. */
export function suggestionQueries(db: Database) {
  const clear = db.prepare('DELETE FROM suggestion');
  const add = db.prepare<[number, number]>('INSERT INTO suggestion (image_id, position) VALUES (?, ?)');
  return {
    clear: () => clear.run(),
    add: (image: number, position: number) => add.run(image, position),
  };
}
