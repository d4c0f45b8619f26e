import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Sqlite from 'better-sqlite3';
import { predictionFile } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import { TestLibrary } from '../testing/library';

let test: TestLibrary;
beforeEach(async () => {
  test = await TestLibrary.project({ '1.png': [4, 4], '2.png': [4, 4] });
  await test.paint(
    '1.png',
    Uint8Array.from({ length: 16 }, (_, i) => i % 2),
  );
});
afterEach(() => test.remove());

/** A finished run that predicted class 2 everywhere, of which one pixel of the second image was accepted. */
async function run(): Promise<{ runId: string; folder: string }> {
  const { runId, folder } = await test.call('runs.create', { settings: settingsFrom('quick', {}), unlabelled: null });
  await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
  mkdirSync(join(folder, 'predictions'), { recursive: true });
  const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
  for (const imageId of [1, 2]) {
    await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: 4, height: 4, data: new Uint8Array(48).fill(2) });
    await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, best: false, beta: 1 }] });
  }
  return { runId, folder };
}

/** Rows that name a run, by table. */
function rowsOf(run: number): Record<string, number> {
  const db = new Sqlite(join(test.folder, '.espalier/project.db'), { readonly: true });
  const tables = ['prediction', 'score', 'reviewed', 'epoch', 'run_note', 'left_out', 'measured', 'confusion', 'decision'];
  const count = (table: string): unknown => db.prepare(`SELECT count(*) FROM ${table} WHERE run = ?`).pluck().get(run);
  const rows = Object.fromEntries(tables.map((table) => [table, count(table)]));
  db.close();
  return rows as Record<string, number>;
}

describe('a run that is removed', () => {
  it('is gone with all its files and rows, but for what people decided by it', async () => {
    const [first, second] = [await run(), await run()];
    const { runId, folder } = first;
    await test.call('images.mark', { ids: [1], mark: 'reviewed', on: true, runId });
    const { version } = await test.call('predictions.read', { runId, imageId: 2 });
    const [region, diff] = [Uint32Array.of(0, 1), Uint32Array.of(0, 1, 255 | (2 << 8))];
    await test.call('review.accept', { runId, imageId: 2, prediction: version, revision: 0, classId: 2, region, diff });
    await test.call('comparisons.measure', { runId, other: second.runId });
    writeFileSync(join(folder, 'more'), Buffer.alloc(1000));
    const before = await test.call('runs.space', { runId: second.runId });
    expect((await test.call('runs.space', { runId })).bytes - before.bytes).toBe(1000);

    await test.call('runs.remove', { runId });
    expect(existsSync(folder)).toBe(false);
    const { decision, ...others } = rowsOf(1);
    expect([decision, Object.values(others).filter((rows) => rows > 0)]).toEqual([1, []]);
    expect((await test.call('runs.list', null)).map(({ id }) => id)).toEqual([second.runId]);
    await expect(test.call('runs.comment', { runId, comment: '' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    expect((await test.map('2.png'))[0]).toBe(2);
    expect(await test.call('review.decisions', { imageId: 2 })).toMatchObject([{ runId, kind: 'accept', pixels: 1, undone: false }]);
    // Of the other run nothing is said about the one that is gone, and the number is not given again.
    expect(Object.keys((await test.images({ runId: second.runId }))[0]!.scores).filter((name) => name.startsWith('change'))).toEqual([]);
    expect((await run()).runId).toBe('run-0003');
  });

  it('goes on to go when that was cut short', async () => {
    const { folder } = await run();
    await test.call('project.close', null);
    const db = new Sqlite(join(test.folder, '.espalier/project.db'));
    db.exec('UPDATE run SET removed = 1');
    db.close();
    await test.open();
    expect([existsSync(folder), rowsOf(1).prediction, await test.call('runs.list', null)]).toEqual([false, 0, []]);
  });

  it('is none that goes on', async () => {
    const { runId } = await test.call('runs.create', { settings: settingsFrom('quick', {}), unlabelled: null });
    await expect(test.call('runs.remove', { runId })).rejects.toMatchObject({ code: 'TRAIN_BUSY' });
  });
});

it('a run keeps what its user says of it', async () => {
  const { runId } = await run();
  expect(await test.call('runs.comment', { runId, comment: 'more light' })).toMatchObject({ comment: 'more light' });
  await test.call('project.close', null);
  await test.open();
  expect(await test.call('runs.list', null)).toMatchObject([{ comment: 'more light' }]);
});
