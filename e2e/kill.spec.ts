import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app';
import { canvasReady, saved, stroke } from './support/canvas';
import { childrenOf, isAlive } from './support/processes';
import { label, startTraining } from './support/training';

test.skip(process.platform !== 'linux', 'finds the processes to kill in /proc');

const classRow = (page: Page, name: string) => page.getByRole('radio', { name });

/** What the row of a class says of this image; how many images have it is counted a little later. */
const pixelsOf = async (page: Page, name: string): Promise<string> => (await classRow(page, name).textContent())!.split(' · ')[0]!;

test('the library killed while labelling: it comes back, and no stroke is lost', async ({ launch }) => {
  const { app, page } = await launch(['--sample']);
  await canvasReady(page);
  await stroke(page, 1, 40);
  await saved(page);
  const before = await pixelsOf(page, 'background');
  const main = app.process().pid!;
  const [library] = childrenOf(main, 'library.js');
  process.kill(library!, 'SIGKILL');
  await stroke(page, 2, 90);
  await saved(page);
  expect(childrenOf(main, 'library.js')).not.toContain(library);
  expect(await pixelsOf(page, 'background')).toBe(before);
  const after = await pixelsOf(page, 'nucleus');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await saved(page);
  await expect(page.getByText('0 labelled · 60 unlabelled · saved')).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+Shift+z');
  await saved(page);
  expect(await pixelsOf(page, 'nucleus')).toBe(after);
});

test('main killed in the middle of a stroke: what was acknowledged is there again', async ({ launch }) => {
  const first = await launch(['--sample']);
  await label(first.page);
  const [background, nucleus] = [await pixelsOf(first.page, 'background'), await pixelsOf(first.page, 'nucleus')];
  const main = first.app.process().pid!;
  const children = [...childrenOf(main, 'library.js'), ...childrenOf(main, 'engine.js')];
  await first.page.mouse.down();
  process.kill(main, 'SIGKILL');
  await expect.poll(() => children.filter(isAlive)).toEqual([]);

  const { page } = await launch(['--sample']);
  await canvasReady(page);
  await expect(classRow(page, 'background')).toContainText(background);
  await expect(classRow(page, 'nucleus')).toContainText(nucleus);
  await expect(page.getByText('1 labelled · 59 unlabelled · saved')).toBeVisible();
});

test('the engine killed while training: the run has failed with its reason, labelling goes on, and the run can be resumed', async ({
  launch,
}) => {
  const { app, page } = await launch(['--sample']);
  await label(page);
  await startTraining(page, 'sup');
  const main = app.process().pid!;
  await expect.poll(() => childrenOf(main, 'engine.js'), { timeout: 60_000 }).toHaveLength(1);
  await expect(page.getByRole('region', { name: 'Run under way' })).toContainText(/epoch [2-7]\//, { timeout: 120_000 });
  process.kill(childrenOf(main, 'engine.js')[0]!, 'SIGKILL');
  await expect(page.getByRole('heading', { name: 'Run 1: failed' })).toBeVisible();
  await expect(page.getByText(/the engine process ended \(SIGKILL\)/).first()).toBeVisible();
  await page.getByRole('tab', { name: 'Label' }).click();
  await canvasReady(page);
  await stroke(page, 3, 150);
  await saved(page);
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Run 1: finished' })).toBeVisible({ timeout: 180_000 });
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toContainText('8 epochs');
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeHidden();
});

test('the library killed while training: the run goes on, labels stay, and stopping keeps its checkpoint', async ({ launch, folder }) => {
  const { app, page } = await launch(['--sample']);
  await label(page);
  const background = await pixelsOf(page, 'background');
  await startTraining(page);
  const run = page.getByRole('region', { name: 'Run under way' });
  await expect(run).toContainText(/epoch/i, { timeout: 120_000 });
  const main = app.process().pid!;
  const [library] = childrenOf(main, 'library.js');
  process.kill(library!, 'SIGKILL');
  await expect.poll(() => childrenOf(main, 'library.js').filter((pid) => pid !== library), { timeout: 60_000 }).toHaveLength(1);
  const epochOf = async (): Promise<number> => Number(/epoch (\d+)/i.exec((await run.textContent())!)?.[1]);
  const reached = await epochOf();
  await expect.poll(epochOf, { timeout: 120_000 }).toBeGreaterThan(reached + 1);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Stop now' }).click();
  await expect(page.getByRole('heading', { name: 'Run 1: stopped' })).toBeVisible({ timeout: 120_000 });
  const checkpoint = join(folder, 'data/sample/micrographs/.espalier/runs/run-0001/checkpoint/last.safetensors');
  expect(statSync(checkpoint).size).toBeGreaterThan(1e6);
  const ended = /(\d+)\/8 epochs/.exec((await page.getByRole('region', { name: 'Runs', exact: true }).textContent())!)!;
  expect(Number(ended[1]), 'the epochs that ended while the library was away are recorded').toBeGreaterThan(reached);
  await page.getByRole('tab', { name: 'Label' }).click();
  await canvasReady(page);
  expect(await pixelsOf(page, 'background')).toBe(background);
  await stroke(page, 3, 150);
  await saved(page);
});

test('main killed while training: the engine ends too, labels stay, and the run is told to be interrupted', async ({ launch }) => {
  const first = await launch(['--sample']);
  await label(first.page);
  await startTraining(first.page);
  const main = first.app.process().pid!;
  await expect.poll(() => childrenOf(main, 'engine.js'), { timeout: 60_000 }).toHaveLength(1);
  await expect(first.page.getByRole('region', { name: 'Run under way' })).toContainText(/epoch/i, { timeout: 120_000 });
  const children = [...childrenOf(main, 'library.js'), ...childrenOf(main, 'engine.js')];
  process.kill(main, 'SIGKILL');
  await expect.poll(() => children.filter(isAlive), { timeout: 60_000 }).toEqual([]);

  const { page } = await launch(['--sample']);
  await canvasReady(page);
  await expect(page.getByText('1 labelled · 59 unlabelled · saved')).toBeVisible();
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByRole('heading', { name: 'Run 1: interrupted' })).toBeVisible();
});
