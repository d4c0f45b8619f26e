import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import sharp from 'sharp';
import { RUN_FILES } from '@shared/run';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { plain, type TestPicture, testSettings } from './test-run';
import { TestTrainings } from './test-training';

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

test('an image that is gone is named before anything is trained', async () => {
  const folder = await trainings.newRun(testSettings());
  rmSync(join(folder, '5.png'));
  await expect(lossesOf(folder)).rejects.toThrow('The image 5.png is no longer in the folder; put it back or remove it from the project.');
  expect(existsSync(join(folder, RUN_FILES.checkpoint))).toBe(false);
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
