import Sqlite from 'better-sqlite3';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import type { ImageQuery } from '@shared/domain';
import { READER, TestLibrary } from '../testing/library';
import { Reader } from './reader';

let test: TestLibrary;
afterEach(() => test.remove());

const query: ImageQuery = { filter: 'all', sort: 'name', search: '', runId: null };
const stroke = (revision: number) =>
  test.call('labels.apply', { imageId: 1, revision, tool: 'brush', source: 'human', diff: Uint32Array.of(9 * revision, 5, IGNORE) });

/** An open project of one real image and `count` rows beside it, all predicted by a run. */
async function projectOfRows(count: number): Promise<void> {
  test = await TestLibrary.project({ 'a.png': [40, 30] });
  await test.call('project.close', null);
  const db = new Sqlite(join(test.folder, '.espalier', 'project.db'));
  db.exec(`
    INSERT INTO image (path, stem, name, sort_name, size, modified, width, height, status)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      SELECT 'many/' || i || '.png', 'many/' || i, i, printf('many/%08d', i), 1, 1, 40, 30, 'ok' FROM n;
    INSERT INTO run (number, id, created_at, status, settings, labelled_images, unlabelled_images) VALUES (1, 'run-0001', '', 'finished', '{}', 1, 1);
    INSERT INTO prediction (run, image_id, made) SELECT 1, id, 7 FROM image;
    INSERT INTO score SELECT 1, id, 'doubted', (id * 7919 % 1000) / 4000.0, bucket, 0, 0 FROM image`);
  db.close();
  await test.open();
}

describe('a slow list', () => {
  it('makes no gesture wait to be saved', async () => {
    await projectOfRows(200_000);
    const order: string[] = [];
    const slow = (['1', '22', '333', '4444', '55555'] as const).map((search) =>
      test
        .call('images.list', { query: { ...query, sort: 'doubted', runId: 'run-0001', search }, offset: 0, limit: 200 })
        .then(({ total }) => order.push(`${search}: ${total > 0}`)),
    );
    await stroke(0);
    order.push('saved');
    await Promise.all(slow);
    expect(order).toEqual(['saved', '1: true', '22: true', '333: true', '4444: true', '55555: true']);
  });

  it('of what a run learns from makes no gesture wait either, and is written whole', async () => {
    await projectOfRows(20_000);
    for (const classId of [0, 1]) {
      const diff = Uint32Array.of(100 * classId, 5, IGNORE | (classId << 8));
      await test.call('labels.apply', { imageId: 1, revision: classId, tool: 'brush', source: 'human', diff });
    }
    const creating = test.call('runs.create', { settings: settingsFrom('pruning', { holdOut: 0 }), unlabelled: null });
    await stroke(2);
    // Its run is not there yet: the images were still being found when the gesture was saved.
    expect(await test.call('runs.list', null)).toHaveLength(1);
    const { folder } = await creating;
    const { labelled, unlabelled } = RunInputs.parse(JSON.parse(await readFile(join(folder, 'inputs.json'), 'utf8')));
    expect([labelled.length, unlabelled.length]).toEqual([1, 20_000]);
    expect(unlabelled.map(({ path }) => path)).toEqual(Array.from({ length: 20_000 }, (_, i) => `many/${i + 1}.png`));
  });

  it('sees what was saved before it was asked for', async () => {
    await projectOfRows(10);
    for (let revision = 0; revision < 20; revision++) {
      await stroke(revision);
      const { items } = await test.call('images.list', { query, offset: 0, limit: 1 });
      expect(items[0]!.labelledPixels).toBe(5 * (revision + 1));
    }
    expect((await test.call('project.summary', null)).images).toEqual({ total: 11, labelled: 1, unlabelled: 10, problem: 0 });
  });

  it('ends with its project, whose journal is written into its database all the same', async () => {
    await projectOfRows(100_000);
    const slow = test.call('images.list', { query: { ...query, search: '9' }, offset: 0, limit: 200 });
    await test.call('project.close', null);
    await slow.catch((error: unknown) => expect(error).toMatchObject({ code: 'CANCELLED' }));
    expect((await test.open()).images.total).toBe(100_001);
  });
});

describe('a reader', () => {
  it('cannot write, says what went wrong, and goes on', async () => {
    await projectOfRows(1);
    await test.call('project.close', null);
    const reader = new Reader(join(test.folder, '.espalier', 'project.db'), READER);
    await expect(reader.all('DELETE FROM image RETURNING id')).rejects.toMatchObject({ code: 'SQLITE_READONLY' });
    await expect(reader.all('SELECT 1 FROM nowhere')).rejects.toThrow('nowhere');
    expect(await reader.all('SELECT count(*) AS n FROM image WHERE id > :id', { id: 1 })).toEqual([{ n: 1 }]);
    await reader.close();
    await expect(reader.all('SELECT 1')).rejects.toThrow('closed');
  });
});
