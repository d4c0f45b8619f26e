import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const FOLDER = resolve(__dirname, '../screenshots');

/**
 * Keeps a picture of the window in both themes under `e2e/screenshots`, when UPDATE_SCREENSHOTS is set: they are for looking at,
 * and differ from machine to machine.
 */
export async function keepScreenshots(page: Page, name: string): Promise<void> {
  if (!process.env.UPDATE_SCREENSHOTS) return;
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`) });
  }
}
