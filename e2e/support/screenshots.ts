import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const FOLDER = resolve(__dirname, '../screenshots');

/**
 * Keeps a picture of the window in both themes under `e2e/screenshots`, when UPDATE_SCREENSHOTS is set: they are for looking at,
 * and differ from machine to machine. Notices are dismissed first, which lie over what is to be seen.
 */
export async function keepScreenshots(page: Page, name: string): Promise<void> {
  if (!process.env.UPDATE_SCREENSHOTS) return;
  const dismiss = page.getByRole('button', { name: 'Dismiss', exact: true });
  while ((await dismiss.count()) > 0) await dismiss.first().click();
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`) });
  }
}
