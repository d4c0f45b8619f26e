import type { Database } from 'better-sqlite3';

/**
 * Whether a database says something that Espalier never wrote and that would lead its files out of the project: they are named after
 * paths and versions of images and ids of runs. Read once, when a project is opened: nobody else writes it afterwards.
 */
export function leadsAstray(db: Database): boolean {
  const image = db.prepare<[], { path: string }>(
    `SELECT path FROM image WHERE path LIKE '/%' OR instr('/' || path || '/', '/../') > 0 OR instr(path, char(0)) > 0
     OR typeof(path) <> 'text' OR typeof(size) NOT IN ('integer', 'real') OR typeof(modified) NOT IN ('integer', 'real') LIMIT 1`,
  );
  // Where these are separators of folders too.
  const windows = db.prepare<[], { path: string }>("SELECT path FROM image WHERE instr(path, char(92)) > 0 OR path LIKE '_:%' LIMIT 1");
  const runs = db.prepare<[], { id: string }>('SELECT id FROM run');
  return (
    image.get() !== undefined ||
    (process.platform === 'win32' && windows.get() !== undefined) ||
    runs.all().some(({ id }) => !/^run-\d+$/.test(id))
  );
}
