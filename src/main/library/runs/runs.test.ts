import { cp, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { EpochReport } from '@shared/domain';
import { IGNORE } from '@shared/mask';
import { EMBEDDING, embeddingFile, predictionFile, RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { readPng, writePng } from '../../media/png';
import { TestLibrary } from '../testing/library';

let test: TestLibrary;
afterEach(() => test.remove());

const SIZE = 6 * 5;
const unpredicted = (runId: string, best = false) => test.call('runs.unpredicted', { runId, best, after: 0, limit: 10 });
const settings = settingsFrom('pruning');
const label = (imageId: number, classId: number, start: number, length: number, revision = 0) =>
  test.call('labels.apply', {
    imageId,
    revision,
    tool: 'brush',
    source: 'human',
    diff: Uint32Array.of(start, length, IGNORE | (classId << 8)),
  });

/** Images 1 and 2 of four are labelled, with classes 1 and 2. */
async function labelledProject(): Promise<void> {
  test = await TestLibrary.project({ 'a.png': [6, 5], 'b.png': [6, 5], 'c.png': [6, 5], 'sub/d.png': [6, 5] });
  await label(1, 1, 0, 10);
  await label(2, 2, 5, 10);
}

/** A prediction: class 0 in the first half, 1 in the second; p̃ and d rise along the pixels. */
async function predict(
  runId: string,
  imageId: number,
  shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 },
  best = false,
): Promise<void> {
  const folder = await test.call('runs.folder', { runId });
  const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => [Math.floor(i / 3) < SIZE / 2 ? 0 : 1, i * 2, 255 - i][i % 3]!);
  await mkdir(join(folder, 'predictions'), { recursive: true });
  await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: 6, height: 5, data });
  await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, beta: 0.35, best }] });
}

describe('runs', () => {
  it('freeze labels, classes and settings as they are', async () => {
    await labelledProject();
    const { runId, folder, pixels } = await test.call('runs.create', { settings, unlabelled: null });
    expect(pixels).toBe(4 * SIZE);
    expect([runId, folder]).toEqual(['run-0001', join(test.folder, '.espalier', 'runs', 'run-0001')]);
    await label(1, 2, 20, 5, 1);
    const inputs = RunInputs.parse(JSON.parse(await readFile(join(folder, 'inputs.json'), 'utf8')));
    expect(inputs).toMatchObject({ runId, settings, classes: [{ id: 0 }, { id: 1 }, { id: 2 }] });
    expect(inputs.labelled.map(({ id, path }) => [id, path])).toEqual([
      [1, 'a.png'],
      [2, 'b.png'],
    ]);
    expect(inputs.unlabelled.map(({ path, rejected }) => [path, rejected])).toEqual([
      ['c.png', null],
      ['sub/d.png', null],
    ]);
    const mask = await readPng(join(folder, inputs.labelled[0]!.labels));
    expect(mask).toEqual({ kind: 'grey', width: 6, height: 5, data: new Uint8Array(SIZE).fill(IGNORE).fill(1, 0, 10) });
    expect(await test.call('runs.get', { runId })).toMatchObject({
      number: 1,
      status: 'running',
      labelledImages: 2,
      unlabelledImages: 2,
      epochs: [],
    });
    expect(await test.call('runs.create', { settings, unlabelled: [4] })).toMatchObject({ runId: 'run-0002' });
    expect(await test.call('runs.get', { runId: 'run-0002' })).toMatchObject({ unlabelledImages: 1 });
  });

  it('are refused without labels, with one class, or with nothing to learn from', async () => {
    test = await TestLibrary.project({ 'a.png': [6, 5], 'b.png': [6, 5] });
    const create = (method: 'pgcl' | 'conf' | 'sup') => test.call('runs.create', { settings: { ...settings, method }, unlabelled: null });
    await expect(create('sup')).rejects.toMatchObject({ code: 'TRAIN_NO_LABELS' });
    await label(1, 1, 0, 10);
    await expect(create('pgcl')).rejects.toMatchObject({ code: 'TRAIN_ONE_CLASS' });
    await label(2, 2, 0, 10);
    await expect(create('conf')).rejects.toMatchObject({ code: 'TRAIN_NO_UNLABELLED', params: { method: 'conf' } });
    expect(await test.call('runs.list', null)).toEqual([]);
    await create('sup');
    await expect(test.call('runs.get', { runId: 'run-0009' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('begin from another only where that fits them and has learnt something', async () => {
    await labelledProject();
    const head = settingsFrom('quick');
    const { runId, folder } = await test.call('runs.create', { settings: head, unlabelled: null });
    const begin = (changes: Partial<typeof head>) =>
      test.call('runs.create', { settings: { ...head, from: runId, ...changes }, unlabelled: null });
    const refusal = (reason: RegExp) => ({ code: 'TRAIN_FROM', message: expect.stringMatching(reason) as string });
    await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
    await expect(begin({})).rejects.toMatchObject(refusal(/cannot begin from run-0001: it keeps nothing to begin from; choose another/));
    await mkdir(join(folder, 'checkpoint'));
    await writeFile(join(folder, 'checkpoint/head.safetensors'), '');
    expect(await test.call('runs.get', { runId })).toMatchObject({ continuable: true });
    await expect(begin({ backbone: 'resnet18' })).rejects.toMatchObject(refusal(/its backbone is efficientnet-lite0, and not resnet18/));
    await expect(begin({ decoder: 'deeplab' })).rejects.toMatchObject(refusal(/it trained a head/));
    const verdict = { chosen: 'labels', labels: 0.5, unlabelled: null, gamma: null, began: null, images: 2, prior: 0, scale: 2 } as const;
    const report = {
      epoch: 10,
      step: 600,
      metrics: {},
      seconds: 1,
      verdict: { ...verdict, confidence: 'probability', tuning: null },
    } as const;
    await test.call('runs.record', { runId, news: [{ kind: 'epoch', report }] });
    await expect(begin({ viewScale: 1 })).rejects.toMatchObject(refusal(/it looks at images at × 2 of their size, and this one at × 1/));
    await expect(begin({ from: 'run-0009' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    expect(await test.call('runs.list', null)).toHaveLength(1);
    const { runId: second } = await begin({});
    expect((await test.call('runs.get', { runId: second })).settings).toMatchObject({ from: 'run-0001' });
    await expect(begin({ from: second })).rejects.toMatchObject(refusal(/it keeps nothing/));
  });

  it('that hold images out need a labelled one to learn from', async () => {
    test = await TestLibrary.project({ 'a.png': [6, 5], 'b.png': [6, 5] });
    await label(1, 1, 0, 5);
    await label(1, 2, 5, 5, 1);
    const create = () => test.call('runs.create', { settings: { ...settings, holdOut: 0.5 }, unlabelled: null });
    await expect(create()).rejects.toMatchObject({ code: 'TRAIN_HOLD_OUT' });
    await label(2, 1, 0, 5);
    await expect(create()).rejects.toMatchObject({ code: 'TRAIN_NO_UNLABELLED' });
  });

  it('keep what their epochs measured, and are interrupted when cut short', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    const report: EpochReport = {
      epoch: 0,
      step: 20,
      metrics: { lossSupervised: 1, lossConsistency: 0.5, beta: 0.1, pruningRatio: 0.5 },
      verdict: null,
      seconds: 3,
    };
    const record = (...reports: EpochReport[]) =>
      test.call('runs.record', { runId, news: reports.map((each) => ({ kind: 'epoch', report: each })) });
    await record(report, { ...report, epoch: 1 });
    await record({ ...report, epoch: 1, step: 40 });
    await test.call('project.close', null);
    await test.open();
    const cut = await test.call('runs.get', { runId });
    expect(cut).toMatchObject({ status: 'interrupted', epochs: [report, { ...report, epoch: 1, step: 40 }] });
    expect(cut.reason).toContain('Espalier was closed');
    const finished = await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 12.5 });
    expect(finished).toMatchObject({ status: 'finished', reason: null, seconds: 12.5 });
    expect(await test.call('runs.list', null)).toEqual([finished]);
  });
});

describe('a run of another version', () => {
  it.each(['{"method":"yet unknown"}', 'not even JSON'])(
    'with settings %s is listed beside the others, and says what to do',
    async (text) => {
      await labelledProject();
      for (const status of ['stopped', 'finished'] as const) {
        const { runId } = await test.call('runs.create', { settings, unlabelled: null });
        await test.call('runs.finish', { runId, status, reason: null, seconds: 1 });
      }
      await test.call('project.close', null);
      const db = new Sqlite(join(test.folder, '.espalier', 'project.db'));
      db.prepare("UPDATE run SET settings = ? WHERE id = 'run-0001'").run(text);
      db.prepare('INSERT INTO epoch VALUES (1, 0, ?)').run(text);
      db.close();
      await test.open();
      const runs = await test.call('runs.list', null);
      expect(runs).toMatchObject([
        { id: 'run-0001', settings: null, epochs: [], resumable: false, reason: expect.stringContaining('another version') as string },
        { id: 'run-0002', settings, reason: null },
      ]);
      await expect(test.call('runs.resume', { runId: 'run-0001' })).rejects.toMatchObject({ code: 'RUN_FOREIGN' });
    },
  );
});

describe('resuming', () => {
  const finish = (runId: string, status: 'paused' | 'stopped' | 'finished' | 'failed') =>
    test.call('runs.finish', { runId, status, reason: status === 'failed' ? 'why' : null, seconds: 1 });
  const checkpoint = async (folder: string, file: string): Promise<void> => {
    await mkdir(join(folder, 'checkpoint'), { recursive: true });
    await writeFile(join(folder, 'checkpoint', file), 'state');
  };

  it('goes on with a stopped or failed run that has a checkpoint, as it was frozen', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    await checkpoint(folder, 'last.safetensors');
    expect(await finish(runId, 'failed')).toMatchObject({ resumable: true, reason: 'why' });
    expect(await test.call('runs.resume', { runId })).toEqual({ folder, settings, pixels: 4 * SIZE, seconds: 1 });
    expect(await test.call('runs.get', { runId })).toMatchObject({ status: 'running', reason: null, resumable: false });
    expect(await finish(runId, 'stopped')).toMatchObject({ resumable: true });
  });

  it('needs a run, its end before the last epoch, and a checkpoint, be it the one before the last', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    const resume = (id = runId) => test.call('runs.resume', { runId: id });
    await expect(resume('run-0009')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(resume()).rejects.toMatchObject({ code: 'TRAIN_BUSY' });
    expect(await finish(runId, 'stopped')).toMatchObject({ resumable: false });
    await expect(resume()).rejects.toMatchObject({ code: 'RUN_NO_CHECKPOINT' });
    await checkpoint(folder, 'previous.safetensors');
    await resume();
    expect(await finish(runId, 'finished')).toMatchObject({ resumable: false });
    await expect(resume()).rejects.toMatchObject({ code: 'RUN_FINISHED' });
  });

  it('forgets predictions when the teacher has learnt more, not when the run has failed again', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    await checkpoint(folder, 'last.safetensors');
    await finish(runId, 'stopped');
    await predict(runId, 3);
    await test.call('runs.resume', { runId });
    expect(await finish(runId, 'failed')).toMatchObject({ predictedImages: 1 });
    await test.call('runs.resume', { runId });
    expect(await finish(runId, 'finished')).toMatchObject({ predictedImages: 0 });
    expect(await unpredicted(runId)).toHaveLength(4);
  });
});

describe('predictions', () => {
  it('know whether they were made with Best masks, and are made again where they are wanted otherwise', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    await predict(runId, 3);
    await predict(runId, 1, undefined, true);
    expect(await test.call('runs.get', { runId })).toMatchObject({ predictedImages: 2, bestImages: 1 });
    const lacking = async (best: boolean): Promise<number[]> => (await unpredicted(runId, best)).map(({ id }) => id);
    expect(await lacking(true)).toEqual([2, 3, 4]);
    expect(await lacking(false)).toEqual([1, 2, 4]);
    await predict(runId, 3, undefined, true);
    expect(await lacking(true)).toEqual([2, 4]);
    expect(await test.call('runs.get', { runId })).toMatchObject({ predictedImages: 2, bestImages: 2 });
  });

  it('are read as written, and order the images by how much was filtered', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    expect((await unpredicted(runId)).map(({ path }) => path)).toHaveLength(4);
    await predict(runId, 3, { kept: 0.2, lowConfidence: 0.1, doubted: 0.7, meanSimilarity: 0.6 });
    await predict(runId, 1, { kept: 0.1, lowConfidence: 0.6, doubted: 0.3, meanSimilarity: 0.9 });
    expect(await test.call('runs.folder', { runId })).toBe(folder);
    expect(await unpredicted(runId)).toMatchObject([{ id: 2 }, { id: 4 }]);
    expect(await test.call('runs.unpredicted', { runId, best: false, after: 2, limit: 1 })).toMatchObject([{ id: 4 }]);
    expect(await test.call('runs.get', { runId })).toMatchObject({ predictedImages: 2, reviewBeta: 0.35 });

    expect(await test.names({ sort: 'doubted', runId })).toEqual(['c.png', 'a.png', 'b.png', 'sub/d.png']);
    expect(await test.names({ sort: 'lowConfidence', runId })).toEqual(['a.png', 'c.png', 'b.png', 'sub/d.png']);
    expect(await test.names({ sort: 'doubted', runId, filter: 'unlabelled' })).toEqual(['c.png', 'sub/d.png']);
    expect((await test.images({ runId }))[0]!.scores).toEqual({ kept: 0.1, lowConfidence: 0.6, doubted: 0.3, meanSimilarity: 0.9 });
    for (const filter of ['all', 'unlabelled', 'started'] as const) {
      const query = { filter, sort: 'doubted', search: '', runId } as const;
      const listed = await test.images(query);
      expect(await Promise.all(listed.map(({ id }) => test.call('images.position', { id, query })))).toEqual(listed.map((_, i) => i));
      const pages = await Promise.all(listed.map((_, offset) => test.call('images.list', { query, offset, limit: 1 })));
      expect(pages.flatMap(({ items }) => items)).toEqual(listed);
    }

    const read = await test.call('predictions.read', { runId, imageId: 3 });
    expect([read.classes[0], read.classes[SIZE - 1], read.confidence[1], read.similarity[1]]).toEqual([0, 1, 8, 250]);
    await expect(test.call('predictions.read', { runId, imageId: 2 })).rejects.toMatchObject({
      code: 'PREDICTION_MISSING',
      params: { name: 'b.png' },
    });
  });

  it('give the embedding that was kept with them, and only one that fits the image', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    const read = () => test.call('predictions.embedding', { runId, imageId: 3 });
    const write = (width: number, height: number) =>
      writePng(join(folder, embeddingFile(3)), {
        kind: 'grey',
        width,
        height,
        data: Uint8Array.from({ length: width * height }, (_, i) => i),
      });
    await expect(read()).rejects.toMatchObject({ code: 'EMBEDDING_MISSING' });
    await predict(runId, 3);
    await expect(read()).rejects.toMatchObject({ code: 'EMBEDDING_MISSING', params: { run: runId, name: 'c.png' } });
    await write(2, 2 * EMBEDDING.channels);
    const { columns, rows, values } = await read();
    expect([columns, rows, values[3], values.length]).toEqual([2, 2, 3, 4 * EMBEDDING.channels]);
    await write(2, EMBEDDING.channels);
    await expect(read()).rejects.toMatchObject({ code: 'EMBEDDING_MISSING' });
  });

  it('whose file is damaged or gone are said to be, once, and are missing from then on', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    for (const id of [1, 3, 4]) await predict(runId, id);
    await writeFile(join(folder, predictionFile(3)), (await readFile(join(folder, predictionFile(3)))).subarray(0, 40));
    const read = () => test.call('predictions.read', { runId, imageId: 3 });
    await expect(read()).rejects.toMatchObject({ code: 'PREDICTION_DAMAGED', params: { run: runId, name: 'c.png' } });
    await expect(read()).rejects.toMatchObject({ code: 'PREDICTION_MISSING' });
    await rm(join(folder, predictionFile(4)));
    expect((await unpredicted(runId)).map(({ id }) => id)).toEqual([2, 3, 4]);
    expect(await test.call('runs.get', { runId })).toMatchObject({ predictedImages: 1 });
  });

  it('speak of the classes of today', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    await predict(runId, 3);
    await test.call('classes.merge', { from: 1, into: 2 });
    await test.call('classes.remove', { id: 0 });
    const { classes } = await test.call('predictions.read', { runId, imageId: 3 });
    expect([classes[0], classes[SIZE - 1]]).toEqual([IGNORE, 2]);
  });

  it('stand when the project is copied with other file times, and everything else stays with them', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    await predict(runId, 3);
    await test.call('runs.finish', { runId, status: 'failed', reason: 'why', seconds: 1 });
    await test.call('project.close', null);
    const copy = await TestLibrary.create();
    try {
      await cp(test.folder, copy.folder, { recursive: true });
      for (const name of ['a.png', 'b.png', 'c.png', 'sub/d.png']) await utimes(join(copy.folder, name), 1e9, 1e9);
      await copy.open();
      expect(await copy.call('project.index', null)).toMatchObject({ added: 0, changed: 0, removed: 0, unreadable: [] });
      expect(await copy.call('runs.get', { runId })).toMatchObject({ predictedImages: 1 });
      expect((await copy.call('predictions.read', { runId, imageId: 3 })).confidence[1]).toBe(8);
      expect((await copy.call('runs.unpredicted', { runId, best: false, after: 0, limit: 10 })).map(({ path }) => path)).toEqual(
        ['a.png', 'b.png', 'sub/d.png'].map((name) => join(copy.folder, name)),
      );
    } finally {
      await copy.remove();
    }
  });

  it('are forgotten when their image changes', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    await predict(runId, 3);
    await test.picture('c.png', 7, 5);
    await test.call('project.index', null);
    await expect(test.call('predictions.read', { runId, imageId: 3 })).rejects.toMatchObject({ code: 'PREDICTION_MISSING' });
    expect(await test.call('runs.get', { runId })).toMatchObject({ predictedImages: 0 });
  });
});

describe('what a run tells', () => {
  const told = (runId: string) => test.call('runs.get', { runId });

  it('lists an image that could not be read among the problems, and takes it back when it is indexed again', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    const leftOut = { kind: 'leftOut', imageId: 3, name: 'c.png', reason: 'the file is cut off' } as const;
    await test.call('runs.record', { runId, news: [{ ...leftOut, stage: 'training' }] });
    await test.call('runs.record', { runId, news: [{ ...leftOut, stage: 'training' }] });
    expect((await told(runId)).leftOut).toEqual({ training: 1, prediction: 0 });
    expect(await test.call('images.get', { id: 3, runId: null })).toMatchObject({ status: 'unreadable', problem: 'the file is cut off' });
    expect((await unpredicted(runId)).map(({ id }) => id)).toEqual([1, 2, 4]);
    await test.call('project.index', null);
    expect(await test.call('images.get', { id: 3, runId: null })).toMatchObject({ status: 'ok', problem: null });
    expect((await unpredicted(runId)).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });

  it('calls an image missing whose file has gone', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    await rm(join(test.folder, 'c.png'));
    const reason = 'the file is no longer there';
    await test.call('runs.record', { runId, news: [{ kind: 'leftOut', stage: 'prediction', imageId: 3, name: 'c.png', reason }] });
    expect(await test.call('images.get', { id: 3, runId: null })).toMatchObject({ status: 'missing', problem: reason });
  });

  it('no longer counts as left out of the prediction what has been predicted after all', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    const leftOut = { kind: 'leftOut', imageId: 3, name: 'c.png', reason: 'why' } as const;
    const news = [
      { ...leftOut, stage: 'training' },
      { ...leftOut, stage: 'prediction' },
    ] as const;
    await test.call('runs.record', { runId, news: [...news] });
    await predict(runId, 3);
    expect((await told(runId)).leftOut).toEqual({ training: 1, prediction: 0 });
  });

  it('keeps each sentence once, in order', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    for (const sentence of ['one', 'two', 'one']) await test.call('runs.record', { runId, news: [{ kind: 'note', sentence }] });
    expect((await told(runId)).notes).toEqual(['one', 'two']);
  });

  it('is recorded all or not at all', async () => {
    await labelledProject();
    const { runId } = await test.call('runs.create', { settings, unlabelled: null });
    const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
    const news = [3, 77].map((imageId) => ({ kind: 'prediction', imageId, shares, beta: 1, best: false }) as const);
    await expect(test.call('runs.record', { runId, news })).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' });
    expect(await told(runId)).toMatchObject({ predictedImages: 0 });
  });

  it('leaves a finished run finished when its prediction has failed', async () => {
    await labelledProject();
    const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
    await mkdir(join(folder, 'checkpoint'));
    await writeFile(join(folder, 'checkpoint/last.safetensors'), 'state');
    await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
    const failed = await test.call('runs.predicted', { runId, problem: 'It went wrong.' });
    expect(failed).toMatchObject({ status: 'finished', reason: null, predictionProblem: 'It went wrong.', predictable: true });
    expect(await test.call('runs.predicted', { runId, problem: null })).toMatchObject({ predictionProblem: null });
  });
});
