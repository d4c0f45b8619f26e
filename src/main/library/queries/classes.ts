import type { Database } from 'better-sqlite3';
import type { LabelClass } from '@shared/domain';

export function classQueries(db: Database) {
  const active = db.prepare<[], LabelClass>('SELECT id, name, color, position FROM class WHERE active = 1 ORDER BY position, id');
  const ids = db.prepare<[], { id: number; active: number; merged_into: number | null; since_run: number }>(
    'SELECT id, active, merged_into, since_run FROM class ORDER BY id',
  );
  const upsert = db.prepare<LabelClass>(
    `INSERT INTO class (id, name, color, position, since_run)
     VALUES (@id, @name, @color, @position, (SELECT coalesce(max(number), 0) FROM run))
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, color = excluded.color, position = excluded.position,
       active = 1, merged_into = NULL, since_run = excluded.since_run`,
  );
  const update = db.prepare<[string, string, number]>('UPDATE class SET name = ?, color = ? WHERE id = ?');
  const setPosition = db.prepare<[number, number]>('UPDATE class SET position = ? WHERE id = ?');
  const redirect = db.prepare<[number | null, number]>('UPDATE class SET merged_into = ? WHERE merged_into = ?');
  const retire = db.prepare<[number | null, number]>('UPDATE class SET active = 0, merged_into = ? WHERE id = ?');

  const clear = db.prepare('DELETE FROM class');

  return {
    list: () => active.all(),
    /** Every id ever given, with what became of it. */
    all: () => ids.all(),
    add: (added: LabelClass) => upsert.run(added),
    update: (id: number, name: string, color: string) => update.run(name, color, id),
    setPosition: (id: number, position: number) => setPosition.run(position, id),
    /** Forgets every class, for a list of which no number was ever used. */
    clear: () => clear.run(),
    /** Takes a class from the list for good; `into` is what it became. */
    retire: (id: number, into: number | null) => {
      redirect.run(into, id);
      retire.run(into, id);
    },
  };
}
export type ClassQueries = ReturnType<typeof classQueries>;
