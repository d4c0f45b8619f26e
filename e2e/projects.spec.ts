import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './support/app';
import { canvasOf, canvasReady } from './support/canvas';

/** A folder of grey pictures. */
async function folderOf(parent: string, name: string, images: number): Promise<string> {
  const folder = join(parent, name);
  mkdirSync(folder);
  for (let i = 0; i < images; i++) {
    const picture = sharp({ create: { width: 160 + i, height: 120, channels: 3, background: '#808080' } });
    await picture.png().toFile(join(folder, `${name}-${String(i).padStart(2, '0')}.png`));
  }
  return folder;
}

/** Lets the dialog that asks for a folder answer with this one. */
async function choosing(app: ElectronApplication, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, folder);
}

async function open(app: ElectronApplication, page: Page, folder: string, name: string): Promise<void> {
  await choosing(app, folder);
  await page.keyboard.press('Control+o');
  await expect(page).toHaveTitle(`${name} · Espalier`);
}

const notices = (page: Page) => page.getByRole('alert');

test('one project after another: nothing of the first is asked of the second, and its errors go with it', async ({ launch, folder }) => {
  test.setTimeout(180_000);
  const large = await folderOf(folder, 'large', 48);
  const small = await folderOf(folder, 'small', 3);
  const { app, page } = await launch([large]);
  await canvasReady(page);
  await expect(page.getByText(/indexing|looking for images/)).toHaveCount(0);
  await page.locator('#view').press('PageDown');
  for (let i = 1; i < 46; i++) await page.keyboard.press('PageDown');
  await expect(canvasOf(page)).toHaveAttribute('data-ready', 'true');
  expect(Number(await canvasOf(page).getAttribute('data-image'))).toBeGreaterThan(3);

  await choosing(app, join(folder, 'data'));
  await page.getByRole('button', { name: 'Project large' }).click();
  await page.getByRole('menuitem', { name: 'Import masks…' }).click();
  await expect(notices(page)).toHaveCount(1);

  for (let round = 0; round < 3; round++) {
    await page.keyboard.press('PageUp');
    await open(app, page, small, 'small');
    await canvasReady(page);
    await expect(notices(page)).toHaveCount(0);
    await page.keyboard.press('PageDown');
    await open(app, page, large, 'large');
    await canvasReady(page);
    for (let i = 0; i < 46; i++) await page.keyboard.press('PageDown');
    await canvasReady(page);
    await expect(notices(page)).toHaveCount(0);
  }
});
