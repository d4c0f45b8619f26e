import { availableParallelism } from 'node:os';
import type { Page } from '@playwright/test';
import { inBackground } from '../src/main/host/process/background';
import { stateOf } from '../src/main/host/process/testing';
import { expect, test } from './support/app';
import { canvasReady, onScreen, saved } from './support/canvas';
import { childrenOf, isAlive } from './support/processes';
import { label, startTraining } from './support/training';

test.skip(availableParallelism() > 2, 'the engine steps aside only where it leaves no core to the window');
test.skip(!inBackground().endsWithParent, 'the engine steps aside only where it can be made to end with the window');

/** How long to wait for it to go on: less than the half minute after which it does in any case. */
const PATIENCE = { timeout: 15_000 };

/** Labels, starts a run, and is back in Label when the engine trains. @returns its process id */
async function trainBesideLabel(page: Page, main: number): Promise<number> {
  await label(page);
  await startTraining(page, 'sup');
  await expect(page.getByRole('region', { name: 'Run under way' })).toContainText(/epoch/i, { timeout: 120_000 });
  await page.getByRole('tab', { name: 'Label' }).click();
  await canvasReady(page);
  return childrenOf(main, 'engine.js')[0]!;
}

/** Presses on the canvas and moves a little. */
async function hold(page: Page, button: 'left' | 'middle' = 'left'): Promise<void> {
  const { x, y } = await onScreen(page, { x: 40, y: 150 });
  await page.mouse.move(x, y);
  await page.mouse.down({ button });
  await page.mouse.move(x + 60, y + 10, { steps: 4 });
}

test('the engine steps aside for each gesture, and goes on with the run', async ({ launch }) => {
  const { app, page } = await launch(['--sample']);
  const engine = await trainBesideLabel(page, app.process().pid!);
  const state = () => expect.poll(() => stateOf(engine), PATIENCE);

  await hold(page);
  await state().toBe('T');
  await page.mouse.up();
  await saved(page);
  await state().toMatch(/[RSD]/);

  await hold(page, 'middle');
  await state().toBe('T');
  await page.mouse.up({ button: 'middle' });
  await state().toMatch(/[RSD]/);

  // A canvas that goes away in the middle of it never sees its end.
  await hold(page, 'middle');
  await state().toBe('T');
  await page.getByRole('tab', { name: 'Train' }).evaluate((tab: HTMLElement) => tab.click());
  await state().toMatch(/[RSD]/);
  await page.mouse.up({ button: 'middle' });

  await expect(page.getByRole('heading', { name: 'Run 1: finished' })).toBeVisible({ timeout: 180_000 });
  expect(isAlive(engine)).toBe(false);
});

test('a run can be stopped in the middle of a gesture', async ({ launch }) => {
  const { app, page } = await launch(['--sample']);
  const engine = await trainBesideLabel(page, app.process().pid!);
  await hold(page, 'middle');
  await expect.poll(() => stateOf(engine)).toBe('T');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Stop training');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop now' }).press('Enter');
  await expect.poll(() => stateOf(engine), PATIENCE).not.toBe('T');
  await page.mouse.up({ button: 'middle' });
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByRole('heading', { name: 'Run 1: stopped' })).toBeVisible();
});

test('main killed in the middle of a gesture: an engine that has stepped aside ends too', async ({ launch }) => {
  const { app, page } = await launch(['--sample']);
  const main = app.process().pid!;
  const engine = await trainBesideLabel(page, main);
  await hold(page);
  await expect.poll(() => stateOf(engine)).toBe('T');
  process.kill(main, 'SIGKILL');
  await expect.poll(() => isAlive(engine)).toBe(false);
});
