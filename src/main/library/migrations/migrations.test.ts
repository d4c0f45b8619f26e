import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrations, SCHEMA_VERSION } from '.';
import { migrate } from '../database/schema';

const IMAGE = `INSERT INTO image (path, stem, name, sort_name, size, modified, width, height, status)
  VALUES ('a.png', 'a', 'a', 'a', 1, 1, 4, 4, 'ok')`;

/** What each version brought, written and read with the schema of that version alone. */
const proofs: Readonly<Record<number, (db: Sqlite.Database) => void>> = {
  1: (db) => {
    db.exec(`${IMAGE}; UPDATE image SET state = 'done'; UPDATE image SET status = 'missing'`);
    expect(db.prepare('SELECT bucket, images FROM image_count WHERE images > 0').all()).toEqual([{ bucket: 'problem', images: 1 }]);
    db.exec('DELETE FROM image');
    expect(db.prepare('SELECT sum(images) AS n FROM image_count').get()).toEqual({ n: 0 });
    db.exec("INSERT INTO class (id, name, color, position) VALUES (0, 'a', '#000000', 0)");
    expect(() => db.exec("INSERT INTO class (id, name, color, position) VALUES (1, 'A', '#000000', 1)")).toThrow('UNIQUE');
    expect(() => db.exec("INSERT INTO class (id, name, color, position) VALUES (254, 'b', '#000000', 1)")).toThrow('CHECK');
  },
  2: (db) => {
    db.exec(`${IMAGE}; INSERT INTO class (id, name, color, position) VALUES (0, 'a', '#000000', 0)`);
    db.exec("INSERT INTO label_edit VALUES (1, 1, 'brush', 'human', x'00', '')");
    expect(() => db.exec("INSERT INTO label_edit VALUES (1, 1, 'brush', 'human', x'00', '')")).toThrow('UNIQUE');
    expect(() => db.exec('INSERT INTO label_class VALUES (0, 1, -1)')).toThrow('CHECK');
    expect(() => db.exec('INSERT INTO label_class VALUES (0, 2, 1)')).toThrow('FOREIGN KEY');
  },
  3: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'running', '{}', 1, 1)`);
    db.exec('INSERT INTO prediction VALUES (1, 1, 0.5, 0.25, 0.25, 0.9)');
    expect(db.prepare('SELECT predicted_images FROM run').get()).toEqual({ predicted_images: 1 });
    db.exec('DELETE FROM prediction');
    expect(db.prepare('SELECT predicted_images FROM run').get()).toEqual({ predicted_images: 0 });
  },
  4: (db) => {
    db.exec(`INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'running', '{}', 1, 1)`);
    expect(db.prepare('SELECT review_beta FROM run').get()).toEqual({ review_beta: null });
  },
  5: (db) => {
    const plan = db.prepare("EXPLAIN QUERY PLAN SELECT count(*) FROM image WHERE status = 'ok' AND labelled_pixels > 0").all();
    expect(JSON.stringify(plan)).toContain('SCAN image USING INDEX image_labelled_by_name');
  },
  9: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'paused', '{}', 1, 1)`);
    expect(() => db.exec("UPDATE run SET status = 'done'")).toThrow('CHECK');
    db.exec("INSERT INTO prediction VALUES (1, 1, 0.5, 0.25, 0.25, 0.9, 7); INSERT INTO left_out VALUES (1, 'training', 1, 'why')");
    expect(db.prepare('SELECT status, predicted_images, prediction_problem FROM run').get()).toEqual({
      status: 'paused',
      predicted_images: 1,
      prediction_problem: null,
    });
    db.exec("INSERT INTO run_note VALUES (1, 1, 'a')");
    expect(() => db.exec("INSERT INTO run_note VALUES (1, 2, 'a')")).toThrow('UNIQUE');
  },
  13: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'paused', '{}', 1, 1)`);
    db.exec(
      'INSERT INTO prediction (run, image_id, kept, low_confidence, doubted, mean_similarity, made) VALUES (1, 1, 0.5, 0.25, 0.25, 0.9, 7)',
    );
    expect(db.prepare('SELECT best FROM prediction').get()).toEqual({ best: 0 });
    const plan = db.prepare('EXPLAIN QUERY PLAN SELECT count(*) FROM prediction WHERE run = 1 AND best = 1').all();
    expect(JSON.stringify(plan)).toContain('prediction_best');
  },
  14: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1), (2, 'run-0002', '', 'finished', '{}', 1, 1);
      INSERT INTO prediction VALUES (1, 1, 7, 1), (2, 1, 7, 0);
      INSERT INTO score VALUES (1, 1, 'doubted', 0.5, 'unlabelled', 0, 0), (1, 1, 'another', 2, 'unlabelled', 0, 0), (2, 1, 'doubted', 0.1, 'unlabelled', 0, 0)`);
    db.exec("UPDATE image SET state = 'done', labelled_pixels = 5; INSERT INTO reviewed VALUES (1, 1, 'a', 0)");
    expect(db.prepare('SELECT run, bucket, labelled, reviewed FROM score ORDER BY run').all()).toEqual([
      { run: 1, bucket: 'done', labelled: 1, reviewed: 1 },
      { run: 1, bucket: 'done', labelled: 1, reviewed: 1 },
      { run: 2, bucket: 'done', labelled: 1, reviewed: 0 },
    ]);
    db.exec('DELETE FROM reviewed; DELETE FROM prediction WHERE run = 1');
    expect(db.prepare('SELECT run, name, reviewed FROM score').all()).toEqual([{ run: 2, name: 'doubted', reviewed: 0 }]);
    expect(db.prepare('SELECT run, name FROM score_count WHERE images > 0').all()).toEqual([{ run: 2, name: 'doubted' }]);
    expect(db.prepare('SELECT predicted_images FROM run ORDER BY number').pluck().all()).toEqual([0, 1]);
    const plan = db.prepare('EXPLAIN QUERY PLAN SELECT count(*) FROM prediction WHERE run = 1 AND best = 1').all();
    expect(JSON.stringify(plan)).toContain('prediction_best');
  },
  10: (db) => {
    db.exec(IMAGE);
    expect(db.prepare('SELECT digest FROM image').get()).toEqual({ digest: null });
  },
  11: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1); INSERT INTO reviewed VALUES (1, 1)`);
    const counted = () => db.prepare('SELECT reviewed_images AS n FROM run').get();
    expect(counted()).toEqual({ n: 1 });
    db.exec('DELETE FROM reviewed');
    expect(counted()).toEqual({ n: 0 });
    expect(() => db.exec('INSERT INTO reviewed VALUES (2, 1)')).toThrow('FOREIGN KEY');
    db.exec("UPDATE image SET status = 'missing'");
    expect(db.prepare('SELECT * FROM image_count WHERE images > 0').all()).toEqual([{ bucket: 'problem', images: 1 }]);
  },
  12: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1); INSERT INTO reviewed VALUES (1, 1, 'a', 0)`);
    db.exec("INSERT INTO prediction VALUES (1, 1, 1, 0, 0, 1, 7, 'unlabelled', 0, 1)");
    db.exec("UPDATE image SET state = 'done', labelled_pixels = 5, touched = 8");
    expect(db.prepare('SELECT bucket, labelled, reviewed FROM prediction').get()).toEqual({ bucket: 'done', labelled: 1, reviewed: 1 });
    expect(db.prepare('SELECT touched FROM reviewed').get()).toEqual({ touched: 8 });
    db.exec('DELETE FROM reviewed');
    expect(db.prepare('SELECT reviewed FROM prediction').get()).toEqual({ reviewed: 0 });
  },
  6: (db) => {
    for (const [order, index] of [
      ['sort_name, id', 'image_unlabelled_by_name'],
      ['touched DESC, id DESC', 'image_unlabelled_by_touched'],
    ]) {
      const plan = db
        .prepare(`EXPLAIN QUERY PLAN SELECT id FROM image WHERE status = 'ok' AND labelled_pixels = 0 ORDER BY ${order}`)
        .all();
      expect(plan).toMatchObject([
        { detail: expect.stringMatching(new RegExp(`^SCAN image USING (COVERING )?INDEX ${index}$`)) as string },
      ]);
    }
  },
  7: (db) => {
    const id = (): unknown => db.prepare('SELECT id FROM project').pluck().get();
    expect(id()).toMatch(/^[0-9a-f]{32}$/);
    const other = new Sqlite(':memory:');
    migrate(other, 0);
    expect(other.prepare('SELECT id FROM project').pluck().get()).not.toBe(id());
    other.close();
  },
  8: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'running', '{}', 1, 1)`);
    db.exec('INSERT INTO prediction (run, image_id, kept, low_confidence, doubted, mean_similarity) VALUES (1, 1, 1, 0, 0, 1)');
    expect(db.prepare('SELECT made FROM prediction').get()).toEqual({ made: 0 });
  },
  16: (db) => {
    db.exec(`${IMAGE}; INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
      VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1), (2, 'run-0002', '', 'finished', '{}', 1, 1);
      INSERT INTO prediction VALUES (1, 1, 7, 1), (2, 1, 7, 0);`);
    const fill = (): unknown =>
      db.exec(`DELETE FROM score; DELETE FROM measured; DELETE FROM confusion;
      INSERT INTO measured VALUES (1, 1, 3, 0), (2, 1, 3, 0); INSERT INTO confusion VALUES (1, 1, 0, 1, 9), (2, 1, 0, 1, 9);
      INSERT INTO score SELECT column1, 1, column2, 0.5, 'unlabelled', 0, 0 FROM (VALUES (1, 'doubted'), (1, 'contradicted'), (1, 'suspect'),
        (1, 'change-run-0002'), (2, 'change-run-0001'), (2, 'contradicted'))`);
    const left = (): unknown => [
      db.prepare("SELECT run || ' ' || name FROM score ORDER BY run, name").pluck().all(),
      db.prepare('SELECT run FROM measured').pluck().all(),
      db.prepare('SELECT run FROM confusion').pluck().all(),
    ];
    fill();
    db.exec('UPDATE prediction SET made = 8 WHERE run = 1');
    expect(left()).toEqual([['1 doubted', '2 contradicted'], [2], [2]]);
    fill();
    db.exec('DELETE FROM prediction WHERE run = 1');
    expect(left()).toEqual([['2 contradicted'], [2], [2]]);
  },
  18: (db) => {
    db.exec(`${IMAGE}; INSERT INTO subset (image_id, name) SELECT id, 'val' FROM image`);
    expect(() => db.exec("UPDATE subset SET name = 'validation'")).toThrow(/CHECK/);
    db.exec('DELETE FROM image');
    expect(db.prepare('SELECT count(*) AS n FROM subset').get()).toEqual({ n: 0 });
  },
  19: (db) => {
    const plan = db.prepare<[], { detail: string }>("EXPLAIN QUERY PLAN SELECT id FROM image WHERE digest = x'00'").all();
    expect(plan.map(({ detail }) => detail).join()).toContain('image_by_digest');
  },
  15: (db) => {
    db.exec(`${IMAGE}; INSERT INTO suggestion (image_id, position) SELECT id, 0 FROM image; DELETE FROM image`);
    expect(db.prepare('SELECT count(*) AS n FROM suggestion').get()).toEqual({ n: 0 });
  },
  17: (db) => {
    db.exec(`${IMAGE}; INSERT INTO label_edit (image_id, seq, tool, source, diff, created_at, origin, restored)
      SELECT id, 1, 'import', 'imported', x'00', '', 'VOC, /a', 0 FROM image`);
    expect(db.prepare('SELECT origin, restored FROM label_edit').get()).toEqual({ origin: 'VOC, /a', restored: 0 });
    db.exec('DELETE FROM label_edit');
  },
  20: (db) => {
    db.exec(`INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images) VALUES (1, 'a', '', 'finished', '{}', 1, 1);
      INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images, chain) VALUES (2, 'b', '', 'finished', '{}', 1, 1, 2)`);
    expect(db.prepare('SELECT chain, labelled_pixels FROM run ORDER BY number').raw().all()).toEqual([
      [null, null],
      [2, null],
    ]);
  },
  21: (db) => {
    db.exec(`${IMAGE}; INSERT INTO score (run, image_id, name, value, bucket, labelled, reviewed) SELECT 0, id, 'rare', 0.5, bucket, 0, 0 FROM image;
      UPDATE image SET labelled_pixels = 3, state = 'started'`);
    expect(db.prepare('SELECT bucket, labelled FROM score').raw().all()).toEqual([['started', 1]]);
  },
};

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(migrations.map(({ version }) => version)).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1));
  });

  it.each(migrations.map(({ version }) => version))('bring schema %i, and keep what was there', (version) => {
    const db = new Sqlite(':memory:');
    migrate(db, 0, null, version - 1);
    if (version > 1) db.exec(IMAGE);
    migrate(db, version - 1, null, version);
    expect(db.pragma('user_version', { simple: true })).toBe(version);
    if (version > 1) {
      expect(db.prepare('SELECT path FROM image').all()).toEqual([{ path: 'a.png' }]);
      db.exec('DELETE FROM image');
    }
    proofs[version]!(db);
    db.close();
  });

  it('give what was reviewed to the run that was under review', () => {
    const db = new Sqlite(':memory:');
    migrate(db, 0, null, 10);
    const insert = (id: number, state: string, reviewed: number): unknown =>
      db.exec(`INSERT INTO image (id, path, stem, name, sort_name, size, modified, width, height, status, state, reviewed)
        VALUES (${id}, '${id}', '${id}', '${id}', '${id}', 1, 1, 4, 4, 'ok', '${state}', ${reviewed})`);
    for (const id of [1, 2, 3]) insert(id, 'unlabelled', 1);
    insert(4, 'done', 1);
    insert(5, 'done', 0);
    db.exec(`INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
        VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1), (2, 'run-0002', '', 'finished', '{}', 1, 1), (3, 'run-0003', '', 'failed', '{}', 1, 1);
      INSERT INTO prediction SELECT 1, id, 1, 0, 0, 1, 7 FROM image WHERE id < 4; INSERT INTO prediction VALUES (2, 1, 1, 0, 0, 1, 7), (2, 3, 1, 0, 0, 1, 7);
      INSERT INTO decision (run, image_id, kind, region, pixels, created_at) VALUES (2, 3, 'reject', x'00', 1, ''), (1, 3, 'reject', x'00', 1, '')`);
    migrate(db, 10, null, 11);
    // Predicted by both; by the first alone; decided about by the first last; predicted by none.
    expect(db.prepare('SELECT image_id AS image, run FROM reviewed ORDER BY image_id').all()).toEqual([
      { image: 1, run: 2 },
      { image: 2, run: 1 },
      { image: 3, run: 1 },
      { image: 4, run: 2 },
    ]);
    expect(db.prepare('SELECT reviewed_images AS n FROM run ORDER BY number').pluck().all()).toEqual([2, 2, 0]);
    expect(db.prepare('SELECT * FROM image_count ORDER BY bucket').all()).toEqual([
      { bucket: 'done', images: 2 },
      { bucket: 'unlabelled', images: 3 },
    ]);
    db.close();
  });

  it('tell beside scores and marks what is asked of their images', () => {
    const db = new Sqlite(':memory:');
    migrate(db, 0, null, 11);
    db.exec(`${IMAGE}; UPDATE image SET state = 'started', labelled_pixels = 5, touched = 9;
      INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images) VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1);
      INSERT INTO prediction VALUES (1, 1, 1, 0, 0, 1, 7); INSERT INTO reviewed VALUES (1, 1)`);
    migrate(db, 11, null, 12);
    expect(db.prepare('SELECT bucket, labelled, reviewed FROM prediction').get()).toEqual({ bucket: 'started', labelled: 1, reviewed: 1 });
    expect(db.prepare('SELECT sort_name, touched FROM reviewed').get()).toEqual({ sort_name: 'a', touched: 9 });
    expect(db.prepare('SELECT reviewed_images FROM run').pluck().get()).toBe(1);
    db.close();
  });

  it('make rows of the scores that were columns, of every run, with what filters ask, and lose nothing of the predictions', () => {
    const db = new Sqlite(':memory:');
    migrate(db, 0, null, 13);
    for (const id of [1, 2, 3]) {
      db.exec(`INSERT INTO image (id, path, stem, name, sort_name, size, modified, width, height, status, state, labelled_pixels)
        VALUES (${id}, '${id}', '${id}', '${id}', '${id}', 1, 1, 4, 4, 'ok', '${id === 2 ? 'done' : 'unlabelled'}', ${id === 2 ? 5 : 0})`);
    }
    db.exec(`INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images)
        VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1), (2, 'run-0002', '', 'finished', '{}', 1, 1);
      INSERT INTO reviewed VALUES (1, 2, '2', 0);
      INSERT INTO prediction (run, image_id, kept, low_confidence, doubted, mean_similarity, made, bucket, labelled, reviewed, best) VALUES
        (1, 1, 0.5, 0.375, 0.125, 0.9, 11, 'unlabelled', 0, 0, 1),
        (1, 2, 0.25, 0.5, 0.25, 0.8, 12, 'done', 1, 1, 0),
        (2, 3, 1, 0, 0, 1, 13, 'unlabelled', 0, 0, 0)`);
    migrate(db, 13, null, 14);
    expect(db.prepare('SELECT * FROM prediction ORDER BY run, image_id').all()).toEqual([
      { run: 1, image_id: 1, made: 11, best: 1 },
      { run: 1, image_id: 2, made: 12, best: 0 },
      { run: 2, image_id: 3, made: 13, best: 0 },
    ]);
    const rows = (run: number, image: number) =>
      db.prepare('SELECT name, value FROM score WHERE run = ? AND image_id = ? ORDER BY name').raw().all(run, image);
    const named = (...values: number[]) => ['doubted', 'kept', 'lowConfidence', 'meanSimilarity'].map((name, i) => [name, values[i]]);
    expect(rows(1, 1)).toEqual(named(0.125, 0.5, 0.375, 0.9));
    expect(rows(1, 2)).toEqual(named(0.25, 0.25, 0.5, 0.8));
    expect(rows(2, 3)).toEqual(named(0, 1, 0, 1));
    expect(db.prepare('SELECT DISTINCT image_id, bucket, labelled, reviewed FROM score ORDER BY image_id').raw().all()).toEqual([
      [1, 'unlabelled', 0, 0],
      [2, 'done', 1, 1],
      [3, 'unlabelled', 0, 0],
    ]);
    expect(db.prepare("SELECT run, images FROM score_count WHERE name = 'kept' ORDER BY run").raw().all()).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(db.prepare('SELECT predicted_images FROM run ORDER BY number').pluck().all(), 'as counted before').toEqual([2, 1]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  });

  it('forget what was reviewed of no run', () => {
    const db = new Sqlite(':memory:');
    migrate(db, 0, null, 10);
    db.exec(`${IMAGE}; UPDATE image SET reviewed = 1`);
    migrate(db, 10, null, 11);
    expect(db.prepare('SELECT count(*) AS n FROM reviewed').get()).toEqual({ n: 0 });
    db.close();
  });

  it('change nothing when one fails', () => {
    const db = new Sqlite(':memory:');
    migrate(db, 0, null, 1);
    db.exec('CREATE TABLE label (x)');
    expect(() => migrate(db, 1)).toThrow('already exists');
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'label_edit'").get()).toEqual({ n: 0 });
    db.close();
  });
});
