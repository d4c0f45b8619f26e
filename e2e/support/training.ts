import { expect, type Page } from '@playwright/test';
import { canvasReady, saved, stroke } from './canvas';

/** Enough labels to train on: one stroke of each of two classes. */
export async function label(page: Page): Promise<void> {
  await canvasReady(page);
  await stroke(page, 1, 40);
  await stroke(page, 2, 90);
  await saved(page);
}

/** Labels the first two images of the sample, so that each can be held out once. */
export async function labelTwo(page: Page): Promise<void> {
  await label(page);
  await page.keyboard.press('d');
  await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option', { selected: true })).toHaveAttribute(
    'aria-label',
    /cells_0002/,
  );
  await label(page);
}

/** What makes a run of the whole method a matter of a minute: 8 epochs of 20 small steps, the first on labels alone. */
const SHORT: readonly (readonly [RegExp, number])[] = [
  [/^Epochs/, 8],
  [/^Warm-up/, 1],
  [/^Steps in each epoch/, 20],
  [/^Crop/, 128],
  [/^Batch/, 4],
  [/^Learning rate, backbone/, 0.005],
  [/^Learning rate, head/, 0.05],
];

/** In the Train view: the whole method, in a short run. */
export async function chooseShortPruning(page: Page, method: 'pgcl' | 'sup' = 'pgcl'): Promise<void> {
  await page.getByRole('radio', { name: /^Pruning:/ }).check();
  await page.getByText('Advanced').click();
  if (method === 'sup') await page.getByRole('radio', { name: /^Labels only/ }).check();
  for (const [field, value] of SHORT) {
    await page.getByRole('spinbutton', { name: field }).fill(String(value));
    await page.keyboard.press('Tab');
  }
  await page.getByText('Advanced').click();
}

export async function startTraining(page: Page, method: 'pgcl' | 'sup' = 'pgcl'): Promise<void> {
  await page.getByRole('tab', { name: 'Train' }).click();
  await chooseShortPruning(page, method);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText('Run 1: running').first()).toBeVisible();
}
