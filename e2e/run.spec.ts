import { truncateSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';
import { label, startTraining } from './support/training';

const MINUTES = 60_000;

const underWay = (page: Page) => page.getByRole('region', { name: 'Run under way' });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Opens the sample, labels a little, and trains until epochs end. */
async function train(page: Page): Promise<void> {
  await label(page);
  await startTraining(page, 'sup');
  await expect(underWay(page)).toContainText(/epoch [2-8]\//, { timeout: 3 * MINUTES });
}

/** Answers the question before closing, and counts how often it was asked. */
async function answer(app: ElectronApplication, response: 0 | 1): Promise<() => Promise<number>> {
  await app.evaluate(({ dialog }, chosen) => {
    const asked = { times: 0 };
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = () => {
      asked.times++;
      return Promise.resolve({ response: chosen, checkboxChecked: false });
    };
  }, response);
  return () => app.evaluate(() => (globalThis as unknown as { asked: { times: number } }).asked.times);
}

const close = (app: ElectronApplication): Promise<void> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());

test('a run is paused, goes on as the highlighted step, and is stopped to predict', async ({ launch }) => {
  test.setTimeout(10 * MINUTES);
  const { page } = await launch(['--sample']);
  await train(page);
  await button(page, 'Stop').click();
  const dialog = page.getByRole('dialog', { name: 'Stop the run' });
  await expect(dialog).toContainText('It goes on until you have chosen');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(underWay(page)).toBeVisible();

  await button(page, 'Stop').click();
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await expect(dialog).toBeHidden();
  await expect(heading(page, 'Run 1: paused')).toBeVisible({ timeout: MINUTES });
  await expect(underWay(page)).toBeHidden();
  // One thing is highlighted: to go on.
  await expect(button(page, 'Resume')).toHaveClass(/primary/);
  await expect(button(page, 'Train')).not.toHaveClass(/primary/);
  await page.getByRole('tab', { name: 'Label' }).click();
  await button(page, 'Next: resume').click();
  await expect(button(page, 'Resume')).toBeVisible();
  await expect(button(page, 'Predict')).toBeVisible();

  await button(page, 'Resume').click();
  await expect(underWay(page)).toContainText(/epoch [3-8]\//, { timeout: 3 * MINUTES });
  await button(page, 'Stop').click();
  await dialog.getByRole('button', { name: 'Stop and predict' }).click();
  await expect(underWay(page)).toContainText('predicting all images', { timeout: 2 * MINUTES });
  await expect(heading(page, 'Run 1: stopped')).toBeVisible({ timeout: 5 * MINUTES });
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toContainText('60 images predicted');
  await expect(button(page, 'Predict')).toBeHidden();
  await expect(button(page, 'Review its predictions')).toHaveClass(/primary/);
});

test('closing the window while a run trains asks first, and the run is then interrupted and can be resumed', async ({ launch }) => {
  test.setTimeout(10 * MINUTES);
  const { app, page } = await launch(['--sample']);
  await train(page);
  const asked = await answer(app, 0);
  await close(app);
  await expect.poll(asked).toBe(1);
  await expect(underWay(page)).toBeVisible();
  await answer(app, 1);
  const ended = app.waitForEvent('close', { timeout: MINUTES });
  await close(app);
  await ended;

  const again = await launch(['--sample']);
  await canvasReady(again.page);
  await again.page.getByRole('tab', { name: 'Train' }).click();
  await expect(heading(again.page, 'Run 1: interrupted')).toBeVisible();
  await expect(again.page.getByText(/^Espalier was closed while the run was going on/).first()).toBeVisible();
  await expect(button(again.page, 'Resume')).toHaveClass(/primary/);
});

test('an image that cannot be read is left out of a run and said; put right and indexed again, it is predicted', async ({
  launch,
  folder,
}) => {
  test.setTimeout(10 * MINUTES);
  const { page } = await launch(['--sample']);
  await label(page);
  const image = join(folder, 'data/sample/micrographs/cells_0030.png');
  copyFileSync(image, join(folder, 'aside.png'));
  truncateSync(image, 300);
  await startTraining(page, 'sup');
  await expect(heading(page, 'Run 1: finished')).toBeVisible({ timeout: 5 * MINUTES });
  await expect(page.getByText('1 image could not be read and was left out', { exact: false })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toContainText('59 images predicted · 1 image left out');
  await expect(button(page, 'Predict')).toBeHidden();
  copyFileSync(join(folder, 'aside.png'), image);
  await button(page, 'Index again').click();
  await button(page, 'Predict').click();
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toContainText('60 images predicted', { timeout: 3 * MINUTES });
  await expect(heading(page, 'Run 1: finished')).toBeVisible();
  await expect(page.getByText('could not be read', { exact: false })).toBeHidden();
});
