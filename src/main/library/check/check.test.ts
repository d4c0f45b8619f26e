import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { predictionFile } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import { TestLibrary } from '../testing/library';

const SIZE = 6 * 5;

let test: TestLibrary;
beforeEach(async () => {
  test = await TestLibrary.project({ 'a.png': [6, 5], 'b.png': [6, 5], 'c.png': [6, 5] });
});
afterEach(() => test.remove());

const home = (...parts: string[]): string => join(test.folder, '.espalier', ...parts);
/** Paints five pixels of image 1 or 2 by each of so many edits, one after the other. */
async function paint(imageId: number, classId: number, edits: number): Promise<void> {
  for (let i = 0; i < edits; i++) {
    const { revision } = await test.call('labels.read', { imageId });
    const diff = Uint32Array.of(5 * i, 5, IGNORE | (classId << 8));
    await test.call('labels.apply', { imageId, revision, tool: 'brush', source: 'human', diff });
  }
}

/** A run with a checkpoint and a prediction of image 3. */
async function run(): Promise<string> {
  const { runId, folder } = await test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null });
  await mkdir(join(folder, 'checkpoint'));
  const head = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const checkpoint = Buffer.concat([length, head, Buffer.alloc(8)]);
  for (const name of ['last', 'previous']) await writeFile(join(folder, 'checkpoint', `${name}.safetensors`), checkpoint);
  await mkdir(join(folder, 'predictions'), { recursive: true });
  await writePng(join(folder, predictionFile(3)), { kind: 'rgb', width: 6, height: 5, data: new Uint8Array(SIZE * 3) });
  const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
  await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId: 3, shares, beta: 0.35, best: false }] });
  await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
  await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId: 3, shares, beta: 0.35, best: false }] });
  return folder;
}

const verify = (repair = false) => test.call('project.verify', { folder: test.folder, repair });
async function found(repair = false): Promise<[code: string, state: string][]> {
  return (await verify(repair)).faults.map(({ code, state }) => [code, state]);
}
/** Damages the database as nothing of ours would. */
function damage(...statements: string[]): void {
  const db = new Sqlite(home('project.db'));
  db.pragma('foreign_keys = OFF');
  for (const sql of statements) expect(db.prepare(sql).run().changes, sql).toBeGreaterThan(0);
  db.close();
}
const close = () => test.call('project.close', null);

/** Each is found, mended, and not found again. */
async function mends(...codes: string[]): Promise<void> {
  const states = (state: string) => codes.map((code) => [code, state]);
  expect(await found()).toEqual(states('repairable'));
  expect(await found(true)).toEqual(states('repaired'));
  expect(await found()).toEqual([]);
  await test.open();
}

describe('a check of a project', () => {
  it('finds nothing in a sound one, whatever was done with it, and closes it', async () => {
    await paint(1, 1, 3);
    await paint(2, 2, 2);
    const { revision } = await test.call('labels.read', { imageId: 1 });
    await test.call('labels.undo', { imageId: 1, revision });
    await test.call('classes.merge', { from: 2, into: 0 });
    await run();
    await test.call('images.picture', { id: 1, kind: 'thumbnail', range: null });
    expect(await verify()).toEqual({ faults: [], more: 0, backup: null });
    await expect(test.call('project.summary', null)).rejects.toMatchObject({ code: 'PROJECT_NOT_OPEN' });
  });

  it('keeps what can be read of labels when an edit cannot, and a backup of before', async () => {
    await paint(1, 1, 4);
    await close();
    damage("UPDATE label_edit SET diff = x'ff00ff' WHERE image_id = 1 AND seq = 2");
    await test.open();
    await expect(test.call('labels.read', { imageId: 1 })).rejects.toMatchObject({ code: 'LABELS_DAMAGED', params: { name: 'a.png' } });
    expect((await verify()).faults[0]!.sentence).toContain('Of the labels of a.png, 1 of 4 edits');
    const { backup } = await verify(true);
    expect(backup).toMatch(/^project-before-repair-/);
    expect((await test.call('project.backups', { folder: test.folder })).map(({ name }) => name)).toContain(backup);
    expect(await found()).toEqual([]);
    await test.open();
    const kept = Uint8Array.from({ length: SIZE }, (_, i) => (i < 20 && !(i >= 5 && i < 10) ? 1 : IGNORE));
    expect(await test.map('a.png')).toEqual(kept);
    expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ labelledPixels: 15, undo: 0, redo: 0 });
    await paint(1, 2, 0);
    expect((await test.call('classes.counts', null)).find(({ id }) => id === 1)).toMatchObject({ images: 1, pixels: 15 });
  });

  it('does the same for an edit that is gone, one that could be done again, one beyond the image, and a kept state', async () => {
    await paint(1, 1, 3);
    await close();
    damage('DELETE FROM label_edit WHERE image_id = 1 AND seq = 1');
    await mends('CHECK_LABELS');
    expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ labelledPixels: 10 });

    await paint(2, 1, 3);
    await test.call('labels.undo', { imageId: 2, revision: 3 });
    await close();
    damage("UPDATE label_edit SET diff = x'' WHERE image_id = 2 AND seq = 3");
    await mends('CHECK_LABELS');
    expect(await test.call('labels.read', { imageId: 2 })).toMatchObject({ labelledPixels: 10, redo: 0 });

    await close();
    damage("UPDATE label_snapshot SET labels = x'00' WHERE image_id = 2");
    await mends('CHECK_LABELS');
    expect(await test.call('labels.read', { imageId: 2 })).toMatchObject({ labelledPixels: 10 });
  });

  it('counts anew what was counted wrongly, and takes classes away that there are not', async () => {
    await paint(1, 1, 2);
    await close();
    damage('UPDATE label_class SET pixels = 7 WHERE image_id = 1', 'UPDATE image SET labelled_pixels = 3 WHERE id = 1');
    await mends('CHECK_COUNTS');
    expect(await test.images()).toMatchObject([{ labelledPixels: 10 }, {}, {}]);
    expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ undo: 2 });

    await close();
    damage('UPDATE class SET active = 0 WHERE id = 1');
    await mends('CHECK_CLASSES');
    expect(await test.map('a.png')).toEqual(new Uint8Array(SIZE).fill(IGNORE));
  });

  it('makes indexes anew that do not agree with their tables', async () => {
    await close();
    // While the database knows nothing of the index, rows change.
    const schema = (...statements: string[]): void => {
      const db = new Sqlite(home('project.db'));
      db.unsafeMode();
      db.pragma('writable_schema = ON');
      for (const sql of statements) db.exec(sql);
      db.close();
    };
    schema(
      "CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'image_by_name'",
      "DELETE FROM sqlite_schema WHERE name = 'image_by_name'",
    );
    schema("UPDATE image SET sort_name = 'z' WHERE id = 1");
    schema('INSERT INTO sqlite_schema SELECT * FROM kept');
    schema('DROP TABLE kept');
    await mends('CHECK_INDEX');
    expect(await test.names()).toEqual(['b.png', 'c.png', 'a.png']);
  });

  it('says of a damaged database what to do, and still looks after files', async () => {
    await close();
    await writeFile(home(`.${'0'.repeat(16)}.tmp`), 'half');
    await truncate(home('project.db'), 5000);
    expect(await found(true)).toEqual([
      ['CHECK_DATABASE', 'beyond'],
      ['CHECK_LEFTOVER', 'repaired'],
    ]);
    const [backup] = await test.call('project.backups', { folder: test.folder });
    await test.call('project.restore', { folder: test.folder, backup: backup!.name });
    // What it took the place of is kept, damaged as it is.
    expect(await found()).toEqual([['CHECK_BACKUP', 'beyond']]);
  });

  it('forgets predictions that cannot be read, and removes a checkpoint that is damaged where another one is not', async () => {
    await paint(1, 1, 1);
    await paint(2, 2, 1);
    const folder = await run();
    await close();
    await truncate(join(folder, predictionFile(3)), 40);
    await truncate(join(folder, 'checkpoint/last.safetensors'), 60);
    await mends('CHECK_SPARE', 'CHECK_PREDICTION');
    const [record] = await test.call('runs.list', null);
    expect(record).toMatchObject({ predictedImages: 0, predictable: true });
  });

  it('says which runs can no longer be used, and which folders are of none', async () => {
    await paint(1, 1, 1);
    await paint(2, 2, 1);
    const folder = await run();
    await close();
    await rm(join(folder, 'checkpoint'), { recursive: true });
    await writeFile(join(folder, 'inputs.json'), '{');
    await mkdir(home('runs', 'run-0009'));
    const beyond = ['CHECK_RUN', 'CHECK_CHECKPOINT', 'CHECK_RUN_UNKNOWN'].map((code) => [code, 'beyond']);
    expect(await found(true)).toEqual(beyond);
  });

  it('finds images that are gone, backups that are damaged, and removes what is left of writes and of images', async () => {
    await test.call('images.picture', { id: 3, kind: 'thumbnail', range: null });
    await close();
    await rm(join(test.folder, 'b.png'));
    await writeFile(home('backups', 'project-2020-01-01T10-00-00-000Z.db'), 'old');
    await mkdir(home('runs', 'run-0001'), { recursive: true });
    await writeFile(home('runs', 'run-0001', '.0123456789abcdef.tmp'), 'half');
    await writeFile(home('backups', 'unfinished.tmp'), 'half');
    await writeFile(home('thumbnails', '0', '77-x-y.webp'), 'of nobody');
    const codes = (await found(true)).sort();
    expect(codes).toEqual([
      ['CHECK_BACKUP', 'beyond'],
      ['CHECK_COPY', 'repaired'],
      ['CHECK_IMAGES', 'beyond'],
      ['CHECK_LEFTOVER', 'repaired'],
      ['CHECK_LEFTOVER', 'repaired'],
      ['CHECK_RUN_UNKNOWN', 'beyond'],
    ]);
    await test.open();
    await test.call('project.index', null);
    expect((await found()).map(([code]) => code).sort()).toEqual(['CHECK_BACKUP', 'CHECK_RUN_UNKNOWN']);
  });

  it('is refused where there is no project, or none any more', async () => {
    await close();
    await rm(home('project.db'));
    await expect(verify()).rejects.toMatchObject({ code: 'PROJECT_LOST' });
    await rm(home(), { recursive: true });
    await expect(verify()).rejects.toMatchObject({ code: 'PROJECT_MISSING' });
  });

  it('ends when it is cancelled, and leaves the project free', async () => {
    const stop = AbortSignal.abort();
    await expect(test.call('project.verify', { folder: test.folder, repair: false }, { signal: stop })).rejects.toThrow();
    await test.open();
  });
});
