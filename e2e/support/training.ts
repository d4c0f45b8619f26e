import { expect, type Page } from '@playwright/test';
import { canvasReady, saved, stroke } from './canvas';

/** Enough labels to train on: one stroke of each of two classes. */
export async function label(page: Page): Promise<void> {
  await canvasReady(page);
  await stroke(page, 1, 40);
  await stroke(page, 2, 90);
  await saved(page);
}

export async function startTraining(page: Page, method: 'pgcl' | 'sup' = 'pgcl'): Promise<void> {
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByRole('radio', { name: /Pruning/ }).check();
  if (method === 'sup') {
    await page.getByText('Advanced').click();
    await page.getByRole('radio', { name: /Labels only/ }).check();
  }
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText('Run 1: running').first()).toBeVisible();
}
