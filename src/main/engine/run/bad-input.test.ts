import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import sharp from 'sharp';
import { RUN_FILES } from '@shared/run';
import type { RunNews } from '@shared/run-news';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { holdOut } from '../data/hold-out';
import { expectClose } from '../testing/golden';
import { plain, type TestPicture, testSettings } from '../testing/run';
import { TestTrainings } from '../testing/training';

const MINUTES = 60_000;

const trainings = new TestTrainings();

const grey = async (rgb: Uint8Array, width: number, height: number) => ({
  extension: 'png',
  data: await sharp(rgb, { raw: { width, height, channels: 3 } })
    .toColourspace('b-w')
    .png()
    .toBuffer(),
});
const transparent = async (rgb: Uint8Array, width: number, height: number) => ({
  extension: 'png',
  data: await sharp(rgb, { raw: { width, height, channels: 3 } })
    .ensureAlpha(0.5)
    .png()
    .toBuffer(),
});
const deep = async (rgb: Uint8Array, width: number, height: number) => ({
  extension: 'tif',
  data: await sharp(
    Uint16Array.from(rgb, (value) => value * 200),
    { raw: { width, height, channels: 3 } },
  )
    .toColourspace('rgb16')
    .tiff({ compression: 'none' })
    .toBuffer(),
});

const lossesOf = async (folder: string): Promise<number[]> => (await trainings.train(folder)).losses;

/** One image, with labels on so few pixels that most crops have none: 2 of class 0 and 1 of class 4. */
const barely: TestPicture = { width: 200, height: 150, labels: (x, y) => (y !== 70 || x < 90 || x > 92 ? 255 : x === 92 ? 4 : 0) };

test('one labelled image, crops without labels, and pictures of every kind and shape give no NaN', { timeout: 3 * MINUTES }, async () => {
  const unlabelled = [
    { width: 8, height: 6 },
    { width: 400, height: 8 },
    { width: 5, height: 300 },
    { ...plain, write: grey },
    { ...plain, write: transparent },
    { ...plain, write: deep },
  ];
  const told = await lossesOf(await trainings.newRun(testSettings({ epochs: 3 }), [barely], unlabelled));
  expect(told).toHaveLength(9);
  expect(told.every(Number.isFinite)).toBe(true);
  // In the warm-up the loss is that of labelled pixels alone.
  expect(told.slice(0, 3)).toContain(0);
});

test('labelled pictures of every kind and shape, a class absent from most, give no NaN', { timeout: 3 * MINUTES }, async () => {
  const background = (): number => 0;
  const labelled = [
    { width: 7, height: 5 },
    { width: 400, height: 8, labels: background },
    { ...plain, write: grey, labels: background },
    { ...plain, write: transparent, labels: background },
    { ...plain, write: deep, labels: background },
  ];
  const told = await lossesOf(await trainings.newRun(testSettings({ method: 'sup', epochs: 2 }), labelled));
  expect(told).toHaveLength(6);
  expect(told.every((loss) => loss > 0 && Number.isFinite(loss))).toBe(true);
});

/** Files of a run of {@link testRun}: 1 and 2 labelled, the others not. One is gone, one is cut off. */
function damage(folder: string, gone: number, cut: number): void {
  rmSync(join(folder, `${gone}.png`));
  truncateSync(join(folder, `${cut}.png`), 60);
}

test('images that cannot be read are left out and said once, and the others are learnt from', { timeout: 3 * MINUTES }, async () => {
  const folder = await trainings.newRun(testSettings({ epochs: 3 }));
  damage(folder, 2, 5);
  const { losses, news } = await trainings.train(folder);
  expect(losses).toHaveLength(9);
  expect(
    new Set(news.map((each) => (each.kind === 'leftOut' ? `${each.stage} ${each.imageId} ${each.name}: ${each.reason}` : each.kind))),
  ).toEqual(new Set(['training 2 2.png: the file is no longer there', 'training 5 5.png: the file is cut off']));
});

test('held-out images that cannot be read are left out of what is measured', { timeout: 3 * MINUTES }, async () => {
  const folder = await trainings.newRun(testSettings({ method: 'sup', epochs: 2, holdOut: 0.5 }), [plain, plain, plain, plain]);
  const { heldOut } = holdOut(await readInputs(folder));
  rmSync(heldOut[0]!.path);
  const { reports, news } = await trainings.train(folder);
  expect(reports.map(({ metrics }) => metrics.studentMiou !== undefined)).toEqual([true, true]);
  expect(news).toContainEqual({
    kind: 'leftOut',
    stage: 'training',
    imageId: heldOut[0]!.id,
    name: `${heldOut[0]!.id}.png`,
    reason: 'the file is no longer there',
  });
  const other = await trainings.newRun(testSettings({ method: 'sup', epochs: 1, holdOut: 0.5 }));
  rmSync(holdOut(await readInputs(other)).heldOut[0]!.path);
  await expect(trainings.train(other)).rejects.toMatchObject({ code: 'NONE_READABLE', params: { count: 1, which: 'evaluated' } });
});

test('where no labelled image can be read, the run says so', { timeout: MINUTES }, async () => {
  const folder = await trainings.newRun(testSettings());
  damage(folder, 1, 2);
  await expect(lossesOf(folder)).rejects.toThrow(
    /^None of the 2 labelled images can be read \(one is [12]\.png: the file is (no longer there|cut off)\); put the files right and index again\.$/,
  );
  expect(existsSync(join(folder, RUN_FILES.checkpoint))).toBe(false);
});

test('a damaged newest checkpoint is said, and the run goes on from the one before', { timeout: 3 * MINUTES }, async () => {
  const settings = testSettings({ method: 'sup', epochs: 2 });
  const folder = await trainings.newRun(settings);
  const { losses } = await trainings.train(folder);
  truncateSync(join(folder, RUN_FILES.checkpoint, 'last.safetensors'), 100);
  const again = await trainings.train(folder);
  expect(again.news).toEqual([
    { kind: 'note', sentence: expect.stringMatching(/the one before it, after step 3, is used instead\.$/) as string },
  ]);
  expectClose(again.losses.slice(3), losses.slice(3), 1e-5);
});

test('prediction, masks and evaluation leave out what cannot be read, and count it', { timeout: 3 * MINUTES }, async () => {
  const folder = await trainings.newRun(testSettings({ method: 'sup', epochs: 1 }));
  await trainings.train(folder);
  damage(folder, 4, 5);
  const { unlabelled, labelled } = await readInputs(folder);
  const truth = (id: number): string => join(folder, RUN_FILES.labels, `${id}.png`);
  const images = [...labelled, ...unlabelled].map(({ id, path, width, height }) => ({
    id,
    path,
    width,
    height,
    name: String(id),
    truth: truth(id),
  }));
  const handlers = trainings.engine.handlers();
  const told = { predicted: [] as number[], leftOut: [] as number[], done: [] as number[], left: [] as number[] };
  const hear = ({ done, news }: { done: number; news: readonly RunNews[] }): void => {
    told.done.push(done);
    for (const each of news) {
      if (each.kind === 'prediction') told.predicted.push(each.imageId);
      if (each.kind === 'leftOut') told.leftOut.push(each.imageId);
    }
  };
  const signal = new AbortController().signal;
  const result = await handlers['engine.predict'](
    { folder, images, best: false },
    {
      signal,
      progress: (progress) => {
        hear(progress);
        told.left.push(progress.left.prediction!);
      },
    },
  );
  expect(result).toEqual({ predicted: 6 });
  expect([told.predicted.toSorted(), told.leftOut.toSorted(), told.done.at(-1)]).toEqual([[1, 2, 3, 6, 7, 8], [4, 5], 8]);
  expect([told.left.at(-1), told.left.toSorted((a, b) => b - a)]).toEqual([0, told.left]);
  expect(
    await handlers['engine.predictMasks']({ folder, images, best: false, out: join(folder, 'out') }, { signal, progress: hear }),
  ).toEqual({
    predicted: 6,
  });
  const evaluations = await handlers['engine.evaluate']({ folder, images, best: false }, { signal, progress: hear });
  expect(evaluations.map((each) => each.images)).toEqual([6, 6]);
  const none = handlers['engine.evaluate']({ folder, images: images.slice(3, 5), best: false }, { signal, progress: hear });
  await expect(none).rejects.toMatchObject({ code: 'NONE_READABLE', params: { count: 2, which: 'evaluated' } });
});

test('what cannot fit into memory is refused before anything is trained', async () => {
  const folder = await trainings.newRun(testSettings({ crop: 1536, batch: 64, backbone: 'resnet101' }));
  await expect(lossesOf(folder)).rejects.toMatchObject({ code: 'TRAIN_TOO_LARGE', params: { batch: 64, crop: 1536 } });
});

test('a loss that is no number stops the run with its step, and the last good checkpoint stays', { timeout: 3 * MINUTES }, async () => {
  // τ so small that what is divided by it overflows, in the first step after the warm-up.
  const folder = await trainings.newRun(testSettings({ tau: 1e-40 }));
  await expect(lossesOf(folder)).rejects.toMatchObject({ code: 'TRAIN_NAN', params: { step: 3 } });
  const last = await readCheckpoint(folder, await readInputs(folder));
  expect(last?.step).toBe(3);
  expect([...last!.tensors.values()].every(({ values }) => values.every(Number.isFinite))).toBe(true);
});

test('a full disk stops the run, and the last good checkpoint stays', { timeout: 3 * MINUTES }, async ({ skip }) => {
  const folder = await trainings.newRun(testSettings({ method: 'sup', epochs: 3 }));
  const disk = join(folder, RUN_FILES.checkpoint);
  mkdirSync(disk);
  // Room for one checkpoint and half of another.
  if (!mount(disk, '90m')) return skip('a small file system needs root');
  try {
    await expect(lossesOf(folder)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(disk)).toEqual(['last.safetensors']);
    expect((await readCheckpoint(folder, await readInputs(folder)))?.step).toBe(3);
  } finally {
    execFileSync('umount', [disk]);
  }
});

function mount(folder: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
