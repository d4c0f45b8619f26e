/**
 * Lists of a project of a million images, of which every one has the scores of three runs, every tenth labelled, and what a gesture waits meanwhile:
 * `node bench/run.mjs lists`. The images are rows of the database alone.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import sharp from 'sharp';
import type { ImageQuery } from '../src/shared/domain';
import { IGNORE } from '../src/shared/mask';
import { Peer } from '../src/shared/rpc';
import { ROOT } from './app';

const ROWS = Number(process.argv[2] ?? 1_000_000);

const FILTERS = ['all', 'unlabelled', 'started', 'done', 'reviewed', 'problem'] as const;
const SORTS = ['name', 'recent', 'doubted', 'lowConfidence'] as const;
const SEARCHES = ['', '4711', 'zzz'] as const;

const folder = mkdtempSync(join(tmpdir(), 'espalier-lists-'));
await sharp({ create: { width: 40, height: 30, channels: 3, background: '#777777' } })
  .png()
  .toFile(join(folder, 'a.png'));

function start(): Peer {
  const child = fork(join(ROOT, 'out/main/library.js'), { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  process.on('exit', () => child.kill('SIGKILL'));
  return new Peer({ post: (message) => child.send(message as object), onMessage: (listener) => child.on('message', listener) });
}

const library = start();
await library.call('project.open', { folder, create: { classes: [{ name: 'a', color: '' }] } });
await library.call('project.index', null);
await library.call('project.close', null);
const db = new Sqlite(join(folder, '.espalier', 'project.db'));
db.pragma('synchronous = OFF');
// Rows are counted and put in order at once, which takes minutes one by one.
const aside = db.prepare<[], { sql: string }>("SELECT sql FROM sqlite_schema WHERE name IN ('score_by_value', 'score_added')").all();
db.exec('DROP INDEX score_by_value; DROP TRIGGER score_added');
db.exec(`
  INSERT INTO image (path, stem, name, sort_name, size, modified, width, height, status, state, labelled_pixels, touched)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
    SELECT printf('set/%08d.png', i), printf('set/%08d', i), printf('%08d', i), printf('set/%08d', i), 1, 1, 40, 30,
      iif(i % 1000 = 7, 'missing', 'ok'), iif(i % 10 = 0, iif(i % 20 = 0, 'done', 'started'), 'unlabelled'), iif(i % 10 = 0, 5, 0), i
    FROM n;
  INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
    SELECT column1, 'run-000' || column1, '', 'finished', '{}', 1, 1 FROM (VALUES (1), (2), (3));
  INSERT INTO prediction (run, image_id, made) SELECT number, image.id, 7 FROM run, image;
  INSERT INTO score
    SELECT number, image.id, column1, CASE column1 WHEN 'kept' THEN 0.5 WHEN 'meanSimilarity' THEN 0.9
      WHEN 'doubted' THEN (image.id * 7919 % 1000003) / 4e6 ELSE (image.id * 104729 % 1000003) / 4e6 END, bucket, labelled_pixels > 0, 0
    FROM run, image, (VALUES ('doubted'), ('kept'), ('lowConfidence'), ('meanSimilarity'));
  INSERT INTO score_count SELECT run, name, count(*) FROM score GROUP BY run, name`);
for (const { sql } of aside) db.exec(sql);
db.exec('INSERT INTO reviewed SELECT 1, id, sort_name, touched FROM image WHERE id % 50 = 0; ANALYZE');
db.close();
await library.call('project.open', { folder, create: null });

let revision = 0;
let strokes = true;
let worst = 0;
const painting = (async () => {
  while (strokes) {
    const began = performance.now();
    // One pixel after the other, over and over.
    const [pixel, again] = [revision % 1200, Math.floor(revision / 1200) % 2];
    const diff = Uint32Array.of(pixel, 1, again ? IGNORE << 8 : IGNORE);
    const edit = { imageId: 1, revision, tool: 'brush', source: 'human', diff } as const;
    revision = (await library.call('labels.apply', edit)).revision;
    worst = Math.max(worst, performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
})();

console.log('filter      sort           search  first ms   jump ms    next ms  position ms  worst gesture ms');
for (const search of SEARCHES) {
  for (const sort of SORTS) {
    for (const filter of FILTERS) {
      const query: ImageQuery = { filter, sort, search, runId: 'run-0001' };
      worst = 0;
      const timed = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
        const began = performance.now();
        const value = await work();
        return [performance.now() - began, value];
      };
      const [first, { total, items }] = await timed(() => library.call('images.list', { query, offset: 0, limit: 200 }));
      // To the middle at once, and to the page after that.
      const middle = Math.floor(total / 2);
      const [jump, { last: end }] = await timed(() => library.call('images.list', { query, offset: middle, limit: 200 }));
      const after = end ?? undefined;
      const [next] = await timed(() => library.call('images.list', { query, offset: middle + 200, limit: 200, after }));
      const last = items.at(-1);
      const [position] = last ? await timed(() => library.call('images.position', { id: last.id, query })) : [0];
      const cells = [first, jump, next, position, worst].map((ms) => ms.toFixed(0).padStart(10));
      console.log(`${filter.padEnd(11)} ${sort.padEnd(14)} ${search.padEnd(6)} ${cells.join(' ')}`);
    }
  }
}
strokes = false;
await painting;
await library.call('project.close', null);
rmSync(folder, { recursive: true });
process.exit(0);
