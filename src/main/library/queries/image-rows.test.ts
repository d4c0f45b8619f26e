import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../database/schema';
import type { Params } from '../reader/reader';
import { imageRowQueries } from './image-rows';

const IMAGES = 5000;

let db: Sqlite.Database;
/** Rows of each answer. */
let answers: number[];
/** Done before an answer is given. */
let meanwhile: () => void;
beforeEach(() => {
  db = new Sqlite(':memory:');
  migrate(db, 0);
  db.exec(`
    INSERT INTO image (path, stem, name, sort_name, size, modified, width, height, status, labelled_pixels, state)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${IMAGES})
      SELECT i, i, i, printf('%05d', i * 37 % ${IMAGES} / 2), 1, 1, 40, 30, iif(i % 50 = 0, 'missing', 'ok'), i % 2, iif(i % 2, 'started', 'unlabelled') FROM n;
    INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images) VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1);
    INSERT INTO prediction (run, image_id, made) SELECT 1, id, 7 FROM image WHERE id % 3 = 0`);
  [answers, meanwhile] = [[], () => undefined];
});
afterEach(() => db.close());

const rows = () =>
  imageRowQueries(<Row>(sql: string, params: Params = {}) => {
    const found = db.prepare<object, Row>(sql).all(params);
    answers.push(found.length);
    meanwhile();
    return Promise.resolve(found);
  });

async function idsOf(slices: AsyncIterable<{ id: number }[]>): Promise<number[]> {
  const ids: number[] = [];
  for await (const slice of slices) ids.push(...slice.map(({ id }) => id));
  return ids;
}

const byName = (where: string): unknown[] => db.prepare(`SELECT id FROM image WHERE ${where} ORDER BY sort_name, id`).pluck().all();
const predicted = 'EXISTS (SELECT 1 FROM prediction WHERE image_id = image.id)';

describe('all images of a kind', () => {
  it('come by name, each once, in slices', async () => {
    expect(await idsOf(rows().labelled())).toEqual(byName("status = 'ok' AND labelled_pixels > 0"));
    expect(await idsOf(rows().unlabelled())).toEqual(byName("status = 'ok' AND labelled_pixels = 0"));
    expect(await idsOf(rows().exportable(1))).toEqual(byName(`labelled_pixels > 0 OR ${predicted}`));
    expect(await idsOf(rows().exportable(null))).toEqual(byName('labelled_pixels > 0'));
    expect(Math.max(...answers)).toBeLessThanOrEqual(2000);
  });

  it('come once though others join or leave them meanwhile', async () => {
    const before = byName("status = 'ok' AND labelled_pixels = 0");
    // Those that have come get labels; the last by name goes.
    meanwhile = () => db.exec(`UPDATE image SET labelled_pixels = 1 WHERE sort_name < '00100' OR id = ${String(before.at(-1))}`);
    expect(await idsOf(rows().unlabelled())).toEqual(before.slice(0, -1));
  });

  it('are counted and found by run', async () => {
    const count = (where: string): unknown => db.prepare(`SELECT count(*) FROM image WHERE ${where}`).pluck().get();
    expect(await rows().others(1)).toEqual({
      readable: count(`status = 'ok' AND labelled_pixels = 0 AND NOT ${predicted}`),
      unreadable: count(`status <> 'ok' AND labelled_pixels = 0 AND NOT ${predicted}`),
    });
    expect(await rows().pixels()).toBe(1200 * Number(count("status = 'ok'")));
    const next = await rows().unpredicted(1, false, 4, 3);
    expect(next.map(({ id }) => id)).toEqual([5, 7, 8]);
    const all: number[] = [];
    for await (const slice of rows().predicted(1)) all.push(...slice);
    expect(all).toEqual(db.prepare('SELECT image_id FROM prediction ORDER BY image_id').pluck().all());
  });
});
