import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeRle, IGNORE } from '@shared/mask';
import { predictionFile, RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { readPng, writePng } from '../../media/png';
import { TestLibrary } from '../testing/library';

let test: TestLibrary;
afterEach(() => test.remove());

const IMAGE = 3;
const SIZE = 6 * 5;
const settings = settingsFrom('quick');
const label = (imageId: number, classId: number, start: number, length: number, revision = 0) =>
  test.call('labels.apply', { imageId, revision, tool: 'brush', source: 'human', diff: write(classId, start, length) });

/** A diff that writes a class where nothing is labelled. */
const write = (classId: number, start: number, length: number): Uint32Array<ArrayBuffer> =>
  Uint32Array.of(start, length, IGNORE | (classId << 8));

/** Images 1 and 2 of four are labelled, with classes 1 and 2; a run has predicted image 3. */
async function project(): Promise<string> {
  test = await TestLibrary.project({ 'a.png': [6, 5], 'b.png': [6, 5], 'c.png': [6, 5], 'sub/d.png': [6, 5] });
  await label(1, 1, 0, 10);
  await label(2, 2, 5, 10);
  const { runId } = await test.call('runs.create', { settings, unlabelled: null });
  await predict(runId);
  return runId;
}

async function predict(runId: string): Promise<void> {
  const folder = await test.call('runs.folder', { runId });
  await mkdir(join(folder, 'predictions'), { recursive: true });
  const data = new Uint8Array(SIZE * 3).fill(1);
  await writePng(join(folder, predictionFile(IMAGE)), { kind: 'rgb', width: 6, height: 5, data });
  const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
  await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId: IMAGE, shares, beta: 0.35, best: false }] });
}

/** What a decision made now is made on. */
async function seen(runId: string) {
  const { version } = await test.call('predictions.read', { runId, imageId: IMAGE });
  const { revision } = await test.call('labels.read', { imageId: IMAGE });
  return { runId, imageId: IMAGE, prediction: version, revision };
}

const regionOf = (diff: Uint32Array): Uint32Array<ArrayBuffer> => Uint32Array.from(diff.filter((_, i) => i % 3 < 2));
const accept = async (runId: string, classId: number | null, diff: Uint32Array<ArrayBuffer>, region = regionOf(diff)) =>
  test.call('review.accept', { ...(await seen(runId)), classId, region, diff });
const reject = async (runId: string, classId: number, ...region: number[]) =>
  test.call('review.reject', { ...(await seen(runId)), regions: [{ classId, region: Uint32Array.from(region) }] });
const decisions = () => test.call('review.decisions', { imageId: IMAGE });
const last = async () => (await decisions()).at(-1)!;
const revoke = async (id: number) => test.call('review.revoke', { id, imageId: IMAGE, revision: (await labels()).revision });
const labels = () => test.call('labels.read', { imageId: IMAGE });
const undo = async () => test.call('labels.undo', { imageId: IMAGE, revision: (await labels()).revision });

/** What the next run would be told not to learn. */
async function barred(): Promise<number[] | null> {
  const { folder } = await test.call('runs.create', { settings, unlabelled: null });
  const { unlabelled } = RunInputs.parse(JSON.parse(await readFile(join(folder, 'inputs.json'), 'utf8')));
  const file = unlabelled.find(({ id }) => id === IMAGE)!.rejected;
  return file === null ? null : [...(await readPng(join(folder, file))).data];
}

describe('a decision', () => {
  it('to accept takes a region into the labels, and is undone with the edit', async () => {
    const runId = await project();
    const state = await accept(runId, 1, Uint32Array.of(3, 4, IGNORE | (1 << 8), 10, 2, IGNORE | (1 << 8)));
    expect(state).toMatchObject({ revision: 1, undo: 1, labelledPixels: 6, state: 'started' });
    expect(await decisions()).toMatchObject([{ runId, imageId: IMAGE, kind: 'accept', classId: 1, pixels: 6, undone: false }]);
    expect((await test.call('labels.versions', { imageId: IMAGE }))[0]).toMatchObject({ source: 'accepted', run: 1, current: true });
    await undo();
    expect(await decisions()).toMatchObject([{ undone: true }]);
    await test.call('labels.redo', { imageId: IMAGE, revision: 2 });
    expect(await decisions()).toMatchObject([{ undone: false }]);
    await undo();
    await label(IMAGE, 2, 0, 2, 4);
    expect(await undo()).toMatchObject({ labelledPixels: 0 });
    expect(await decisions()).toMatchObject([{ undone: true }]);
  });

  it('is refused when it is not of the accepted class, or stale', async () => {
    const runId = await project();
    const [diff, region] = [write(1, 3, 4), Uint32Array.of(3, 4)];
    const now = await seen(runId);
    const accepting = (change: object) => test.call('review.accept', { ...now, classId: 1, region, diff, ...change });
    await expect(accepting({ classId: 2 })).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    await expect(accepting({ runId: 'run-0077' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(accepting({ revision: 4 })).rejects.toMatchObject({ code: 'LABELS_OUTDATED' });
    expect(await decisions()).toEqual([]);
    expect(await accept(runId, null, Uint32Array.of(0, 1, IGNORE, 3, 4, IGNORE | (1 << 8)))).toMatchObject({ labelledPixels: 5 });
  });

  it('is refused once the run has predicted the image again', async () => {
    const runId = await project();
    const before = await seen(runId);
    await test.call('runs.finish', { runId, status: 'stopped', reason: null, seconds: 1 });
    const regions = [{ classId: 1, region: Uint32Array.of(3, 4) }];
    await expect(test.call('review.reject', { ...before, regions })).rejects.toMatchObject({ code: 'PREDICTION_OUTDATED' });
    while (Date.now() === before.prediction);
    await predict(runId);
    await expect(test.call('review.reject', { ...before, regions })).rejects.toMatchObject({ code: 'PREDICTION_OUTDATED' });
    await expect(
      test.call('review.accept', { ...before, classId: 1, region: Uint32Array.of(3, 4), diff: write(1, 3, 4) }),
    ).rejects.toMatchObject({ code: 'PREDICTION_OUTDATED' });
    expect(await decisions()).toEqual([]);
  });

  it('to accept is taken back where nobody has painted since', async () => {
    const runId = await project();
    await accept(runId, 1, write(1, 0, 10));
    const painted = Uint32Array.of(4, 2, 1 | (2 << 8));
    await test.call('labels.apply', { imageId: IMAGE, revision: 1, tool: 'brush', source: 'human', diff: painted });
    await revoke((await last()).id);
    expect(await last()).toMatchObject({ undone: true });
    expect([...(await labels()).rle]).toEqual([4, IGNORE, 2, 2, 24, IGNORE]);
    await undo();
    expect(await last()).toMatchObject({ undone: false });
    await expect(revoke(99)).rejects.toMatchObject({ code: 'DECISION_UNKNOWN' });
  });

  it('to reject counts for the next run, until it is revoked', async () => {
    const runId = await project();
    await expect(reject(runId, 1, 29, 2)).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    await expect(reject(runId, 9, 0, 2)).rejects.toMatchObject({ code: 'CLASS_UNKNOWN' });
    await reject(runId, 1, 0, 5, 20, 2);
    await reject(runId, 2, 3, 3);
    const map = new Uint8Array(SIZE).fill(IGNORE).fill(1, 0, 5).fill(1, 20, 22);
    expect(await barred()).toEqual([...map.slice().fill(2, 3, 6)]);
    await revoke((await last()).id);
    expect(await barred()).toEqual([...map]);
    await test.call('classes.merge', { from: 1, into: 0 });
    await label(4, 0, 0, 3);
    expect(await barred()).toEqual([...map.map((id) => (id === 1 ? 0 : id))]);
    await test.call('classes.remove', { id: 0 });
    await label(4, 2, 3, 3, 2);
    await test.call('classes.add', { name: 'new', color: null });
    await label(1, 3, 20, 3, 3);
    expect(await barred()).toBeNull();
    expect(await readdir(join(test.folder, '.espalier', 'runs'))).toHaveLength(5);
  });
});

it('what decisions come to is told pixel by pixel, as painting, undo and later decisions leave it', async () => {
  const decided = async (): Promise<string[]> => {
    const { accepted, rejected } = await test.call('review.decided', { imageId: IMAGE });
    return [accepted, rejected].map((rle) => [...decodeRle(rle, SIZE)].slice(0, 12).join(' ').replaceAll('255', '.'));
  };
  const runId = await project();
  await label(IMAGE, 1, 0, 2);
  expect(await decided(), 'a person painted').toEqual(['. . . . . . . . . . . .', '. . . . . . . . . . . .']);
  await accept(runId, 1, write(1, 2, 4), Uint32Array.of(0, 6));
  await reject(runId, 2, 8, 3);
  expect(await decided()).toEqual(['. . 1 1 1 1 . . . . . .', '. . . . . . . . 2 2 2 .']);
  const painted = Uint32Array.of(3, 1, 1 | (2 << 8));
  await test.call('labels.apply', { imageId: IMAGE, revision: (await labels()).revision, tool: 'brush', source: 'human', diff: painted });
  expect(await decided()).toEqual(['. . 1 . 1 1 . . . . . .', '. . . . . . . . 2 2 2 .']);
  await reject(runId, 1, 4, 6);
  expect(await decided()).toEqual(['. . 1 . . . . . . . . .', '. . . . 1 1 1 1 1 1 2 .']);
  for (let step = 0; step < 3; step++) await undo();
  expect(await decided()).toEqual(['. . 1 1 1 1 . . . . . .', '. . . . . . . . . . . .']);
});

describe('of two decisions', () => {
  it('the one made last is undone first, whatever it is', async () => {
    const runId = await project();
    await accept(runId, 1, write(1, 0, 10));
    await reject(runId, 1, 20, 5);
    expect(await undo()).toMatchObject({ labelledPixels: 10 });
    expect(await decisions()).toMatchObject([
      { kind: 'accept', undone: false },
      { kind: 'reject', undone: true },
    ]);
    expect(await undo()).toMatchObject({ labelledPixels: 0 });
  });

  it('a rejection takes what was accepted out of the labels again; what was painted stays', async () => {
    const runId = await project();
    await label(IMAGE, 1, 12, 3);
    await accept(runId, 1, write(1, 0, 10), Uint32Array.of(0, 15));
    const { diff, ...state } = await reject(runId, 1, 0, 15);
    expect([...diff]).toEqual([0, 10, 1 | (IGNORE << 8)]);
    expect(state).toMatchObject({ labelledPixels: 3, undo: 3 });
    expect(await decisions()).toMatchObject([
      { kind: 'accept', undone: false, superseded: true },
      { kind: 'reject', undone: false, superseded: false },
    ]);
    expect(await undo()).toMatchObject({ labelledPixels: 13 });
    expect(await decisions()).toMatchObject([{ superseded: false }, { undone: true }]);
    await test.call('labels.redo', { imageId: IMAGE, revision: (await labels()).revision });
    await revoke((await last()).id);
    expect([...(await labels()).rle]).toEqual([10, 1, 2, IGNORE, 3, 1, 15, IGNORE]);
    expect(await decisions()).toMatchObject([{ superseded: false }, { undone: true }]);
  });

  it('an acceptance leaves nothing of an earlier rejection of the same region, and undoing it brings that back', async () => {
    const runId = await project();
    await reject(runId, 1, 0, 10);
    await accept(runId, null, write(1, 2, 18), Uint32Array.of(0, 20));
    expect(await decisions()).toMatchObject([
      { kind: 'reject', superseded: true },
      { kind: 'accept', superseded: false },
    ]);
    await undo();
    expect(await decisions()).toMatchObject([{ superseded: false }, { undone: true }]);
    expect(await barred()).toEqual([...new Uint8Array(SIZE).fill(IGNORE).fill(1, 0, 10)]);
  });

  it('in part about the same pixels, the later counts there', async () => {
    const runId = await project();
    await reject(runId, 1, 0, 10);
    await accept(runId, 1, write(1, 5, 10));
    expect(await decisions()).toMatchObject([{ superseded: false }, { superseded: false }]);
    await test.call('labels.apply', {
      imageId: IMAGE,
      revision: (await labels()).revision,
      tool: 'eraser',
      source: 'human',
      diff: Uint32Array.of(5, 10, 1 | (IGNORE << 8)),
    });
    expect(await barred()).toEqual([...new Uint8Array(SIZE).fill(IGNORE).fill(1, 0, 5)]);
  });

  it('about no pixel that is labelled, neither changes how far the image is', async () => {
    const runId = await project();
    await test.call('images.mark', { ids: [IMAGE], mark: 'done', on: true, runId: null });
    expect(await reject(runId, 1, 0, 10)).toMatchObject({ state: 'done', labelledPixels: 0 });
  });
});

describe('the mark "reviewed"', () => {
  const mark = (ids: number[], on: boolean, runId: string | null) => test.call('images.mark', { ids, mark: 'reviewed', on, runId });
  const list = async (runId: string) => test.call('images.list', { query: { ...ALL, filter: 'reviewed', runId }, offset: 0, limit: 10 });
  const ALL = { filter: 'all', sort: 'name', search: '', runId: null } as const;

  it('belongs to the run it was made of', async () => {
    const first = await project();
    const { runId: second } = await test.call('runs.create', { settings, unlabelled: null });
    expect(await mark([1, IMAGE], true, first)).toMatchObject({ changed: [1, IMAGE], images: [{ reviewed: true }, { reviewed: true }] });
    expect(await mark([IMAGE, 4], true, second)).toMatchObject({ changed: [IMAGE, 4] });

    expect(await test.call('runs.get', { runId: first })).toMatchObject({ reviewedImages: 2, predictedImages: 1 });
    expect(await list(first)).toMatchObject({ total: 2, items: [{ id: 1 }, { id: IMAGE, scores: { kept: 1 } }] });
    expect(await list(second)).toMatchObject({ total: 2, items: [{ id: IMAGE, scores: {} }, { id: 4 }] });
    const seenBy = async (runId: string | null) => (await test.images({ runId })).map(({ reviewed }) => reviewed);
    expect(await seenBy(first)).toEqual([true, false, true, false]);
    expect(await seenBy(second)).toEqual([false, false, true, true]);
    expect(await seenBy(null)).toEqual([false, false, false, false]);
    expect(await test.call('images.get', { id: 1, runId: first })).toMatchObject({ reviewed: true });
    expect(await test.call('images.get', { id: 1, runId: second })).toMatchObject({ reviewed: false });
    expect(await test.call('images.position', { id: 4, query: { ...ALL, filter: 'reviewed', runId: second } })).toBe(1);
    expect(await test.names({ filter: 'reviewed', sort: 'doubted', runId: first })).toEqual(['c.png', 'a.png']);
  });

  it('tells which images were not so before, so that a mark of many can be taken back', async () => {
    const run = await project();
    await mark([2], true, run);
    const { changed } = await mark([1, 2, IMAGE], true, run);
    expect(changed).toEqual([1, IMAGE]);
    await mark(changed, false, run);
    expect(await list(run)).toMatchObject({ total: 1, items: [{ id: 2 }] });
    expect(await mark([2], false, run)).toMatchObject({ changed: [2] });
    expect(await list(run)).toMatchObject({ total: 0, items: [] });
  });

  it('needs a run, as does the list of such images', async () => {
    await project();
    await expect(mark([1], true, null)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(mark([1], true, 'run-0009')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(test.names({ filter: 'reviewed' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });
});
