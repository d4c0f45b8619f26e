import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RUN_FILES, RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import type { SubsetPlan } from '@shared/subsets';
import { TestLibrary } from '../testing/library';

/** Three frames of each of four videos. */
const PATHS = ['a', 'b', 'c', 'd'].flatMap((video) => [1, 2, 3].map((frame) => `${video}_${frame}.png`));
const plan: SubsetPlan = { ratios: { train: 2, val: 1, test: 1 }, together: 'pattern', pattern: '^(.)_', seed: 5 };

let test: TestLibrary;
let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'espalier-subsets-'));
  test = await TestLibrary.project(Object.fromEntries(PATHS.map((path) => [path, [6, 5]])));
  for (const path of PATHS.filter((each) => !each.endsWith('_3.png')))
    await test.paint(
      path,
      Uint8Array.from({ length: 30 }, (_, i) => i % 2),
    );
});
afterEach(async () => {
  await test.remove();
  await rm(out, { recursive: true });
});

async function learnt(): Promise<{ labelled: string[]; unlabelled: string[] }> {
  const { folder } = await test.call('runs.create', { settings: settingsFrom('quick'), unlabelled: null });
  const { labelled, unlabelled } = RunInputs.parse(JSON.parse(await readFile(join(folder, RUN_FILES.inputs), 'utf8')));
  const names = (images: readonly { path: string }[]) => images.map(({ path }) => path.split('/').at(-1)!).sort();
  return { labelled: names(labelled), unlabelled: names(unlabelled) };
}

/** The images of a subset as an export of VOC lists them. */
async function listed(subset: string): Promise<string[]> {
  const all = { format: 'voc', options: {}, content: 'accepted', runId: null, gamma: null, beta: null, imageIds: null } as const;
  await test.call('export.masks', { folder: out, ...all });
  return (await readFile(join(out, 'ImageSets', 'Segmentation', `${subset}.txt`), 'utf8')).trim().split('\n');
}

it('keeps videos together, is remembered, and tells images, labels and classes of each subset', async () => {
  const dealt = await test.call('subsets.make', plan);
  expect(dealt).toMatchObject({ plan, others: 0 });
  const tables = dealt!.subsets.map(({ subset, images, labelled, classes }) => [subset, images, labelled, classes]);
  expect(tables).toEqual([
    ['train', 6, 4, { 0: 4, 1: 4 }],
    ['val', 3, 2, { 0: 2, 1: 2 }],
    ['test', 3, 2, { 0: 2, 1: 2 }],
  ]);
  expect(await test.call('subsets.get', null)).toEqual(dealt);
  await test.call('subsets.clear', null);
  expect(await test.call('subsets.get', null)).toBeNull();
});

it('leaves val and test out of what a run learns from, with labels and without', async () => {
  expect(await learnt()).toMatchObject({ labelled: { length: 8 }, unlabelled: { length: 4 } });
  await test.call('subsets.make', plan);
  const train = new Set((await listed('train')).map((name) => name[0]));
  expect(train.size).toBe(2);
  const of = (frames: number[]) => PATHS.filter((path) => train.has(path[0]) && frames.includes(Number(path[2]))).sort();
  expect(await learnt()).toEqual({ labelled: of([1, 2]), unlabelled: of([3]) });
});

it('learns from images that were added since, and says so', async () => {
  await test.call('subsets.make', plan);
  await test.picture('later.png', 6, 5);
  await test.call('project.index', null);
  expect(await test.call('subsets.get', null)).toMatchObject({ others: 1 });
  expect((await learnt()).unlabelled).toContain('later.png');
});

it('refuses to learn where all labels are left for judging', async () => {
  await test.call('subsets.make', plan);
  const train = new Set((await listed('train')).map((name) => name[0]));
  for (const path of PATHS.filter((each) => train.has(each[0]))) await test.paint(path, new Uint8Array(30).fill(255));
  await expect(learnt()).rejects.toMatchObject({ code: 'TRAIN_SUBSET' });
});

it('goes into exports as the format has it, and gives images to be judged by their labels', async () => {
  await test.call('subsets.make', plan);
  expect(await listed('val')).toHaveLength(2);
  const yolo = { format: 'yolo', options: {}, content: 'accepted', runId: null, gamma: null, beta: null, imageIds: null } as const;
  await test.call('export.masks', { folder: out, ...yolo });
  expect((await readdir(join(out, 'labels'))).sort()).toEqual(['test', 'train', 'val']);
  expect(await readFile(join(out, 'data.yaml'), 'utf8')).toContain('val: images/val');
  const val = await test.call('subsets.labelled', { subset: 'val' });
  expect(val).toHaveLength(2);
});

it.each([
  [{ ...plan, pattern: '(' }, 'SUBSET_PATTERN'],
  [{ ...plan, pattern: 'png' }, 'SUBSETS_FEW'],
] as const)('refuses a plan that cannot be (%#)', async (wrong, code) => {
  await expect(test.call('subsets.make', wrong)).rejects.toMatchObject({ code });
});
