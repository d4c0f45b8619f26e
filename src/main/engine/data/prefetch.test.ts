import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildForTests, folderForTests } from '../../../testing/build';
import { writePng } from '../../media/png';
import { BatchMaker } from './batch';
import type { LeftOut } from '@shared/run-news';
import type { OnLeftOut } from './left-out';
import { PAPER_RESIZING } from './augment/weak-view';
import type { BatchPlan } from './plan';
import { unexpected } from '../testing/left-out';
import { Prefetcher } from './prefetch';

const CACHE = 1e7;

let folder: string;
let workerFile: string;
let plan: BatchPlan;

beforeAll(async () => {
  folder = folderForTests('prefetch');
  await buildForTests(folder, { worker: 'engine/data/worker.ts' });
  workerFile = join(folder, 'worker.js');
  const [path, labels] = [join(folder, 'image.png'), join(folder, 'labels.png')];
  await sharp({ create: { width: 50, height: 40, channels: 3, background: '#336699', noise: { type: 'gaussian', mean: 120, sigma: 40 } } })
    .png()
    .toFile(path);
  await writePng(labels, { kind: 'grey', width: 50, height: 40, data: new Uint8Array(2000).fill(1) });
  plan = {
    seed: 1,
    crop: 32,
    resizing: PAPER_RESIZING,
    mild: false,
    batch: 2,
    unlabelledBatch: 2,
    cutmix: true,
    anchors: 10,
    negatives: 10,
    unlabelledFrom: 0,
    normalisation: { mean: [127, 127, 127], deviation: [128, 128, 128] },
    classIds: [0, 1],
    labelled: [{ id: 1, path, labels }],
    unlabelled: [{ id: 2, path, rejected: null }],
  };
});
afterAll(() => rm(folder, { recursive: true }));

function prefetcher(given: BatchPlan, nextStep: number, onLeftOut: OnLeftOut = unexpected): Prefetcher {
  return new Prefetcher(given, nextStep, { workerFile, threads: 2, ahead: 3, cacheBytes: CACHE, onLeftOut });
}

describe('Prefetcher', () => {
  test('yields the batches of the plan in order, from any step on', async () => {
    const direct = new BatchMaker(plan, CACHE, unexpected);
    const source = prefetcher(plan, 5);
    for (const step of [5, 6, 7, 8]) expect(await source.next()).toEqual(await direct.step(step));
    expect(await source.views(1, 2)).toEqual(await direct.views(1, 2));
    expect((await source.next()).step).toBe(9);
    await source.close();
  });

  test('hands errors of its threads, and what they leave out, to the trainer, as they were', async () => {
    const gone = { id: 7, path: join(folder, 'gone.jpg'), rejected: null };
    const leftOut: LeftOut[] = [];
    const source = prefetcher({ ...plan, unlabelled: [gone] }, 0, (each) => leftOut.push(each));
    await expect(source.next()).rejects.toMatchObject({ name: 'EspalierError', code: 'NONE_READABLE', params: { name: 'gone.jpg' } });
    await expect(source.next()).rejects.toMatchObject({ code: 'NONE_READABLE' });
    expect(leftOut[0]).toEqual({ stage: 'training', imageId: 7, name: 'gone.jpg', reason: 'the file is no longer there' });
    await source.close();
  });

  test('fails instead of waiting when its worker cannot start', async () => {
    const source = new Prefetcher(plan, 0, {
      workerFile: join(folder, 'none.cjs'),
      threads: 1,
      ahead: 1,
      cacheBytes: CACHE,
      onLeftOut: unexpected,
    });
    await expect(source.next()).rejects.toThrow('none.cjs');
    await source.close();
  });

  test('ends what is waiting when it is closed', async () => {
    const source = prefetcher(plan, 0);
    const waiting = source.next();
    await source.close();
    await expect(waiting).rejects.toThrow('closed');
  });
});
