import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady } from './support/canvas';

async function onePicture(folder: string): Promise<string> {
  const grey = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#777777' } })
    .png()
    .toBuffer();
  writeFileSync(join(folder, 'one.png'), grey);
  return folder;
}

/** Takes classes over from a list of `count` names. */
async function takeClasses(page: Page, folder: string, count: number): Promise<void> {
  const file = join(folder, 'classes.txt');
  writeFileSync(file, Array.from({ length: count }, (_, i) => `kind ${i + 1}`).join('\n'));
  await page.getByRole('button', { name: 'List of classes' }).click();
  const dialog = page.getByRole('dialog', { name: 'List of classes' });
  await dialog.getByLabel(/Take classes from a file/).setInputFiles(file);
  await dialog.getByRole('button', { name: 'Take over' }).click();
  await expect(dialog).toBeHidden();
}

const list = (page: Page) => page.getByRole('radiogroup', { name: 'Class to paint with' });
const names = (page: Page): Promise<(string | null)[]> =>
  list(page)
    .getByRole('radio')
    .evaluateAll((all) => all.map((one) => one.ariaLabel));

test('a double click renames a class: no row moves under the pointer, and no key of the name is a tool', async ({ launch, folder }) => {
  const { page } = await launch([await onePicture(folder)]);
  await canvasReady(page);
  await takeClasses(page, folder, 4);
  const rows = list(page).getByRole('radio');
  const places = () => rows.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  const before = await places();
  for (const name of ['kind 4', 'kind 1', 'background', 'kind 2']) {
    await list(page).getByRole('radio', { name, exact: true }).click();
    expect(await places(), `after a click on ${name}`).toEqual(before);
  }

  const box = (await list(page).getByRole('radio', { name: 'kind 1', exact: true }).boundingBox())!;
  await page.mouse.dblclick(box.x + 20, box.y + box.height - 4);
  await expect(page.getByRole('textbox', { name: 'New name of kind 1' })).toBeFocused();
  await page.keyboard.type('brown grass, wet + red #1 [a]?');
  await expect(page.getByRole('button', { name: 'Brush', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Enter');
  await expect.poll(() => names(page)).toEqual(['background', 'object', 'brown grass, wet + red #1 [a]?', 'kind 2', 'kind 3', 'kind 4']);
  await expect(list(page).getByRole('radio', { name: /^brown grass/ }), 'the keyboard goes on from the row').toBeFocused();
});

test('two hundred and fifty classes scroll by themselves, and leave the other panels where they are', async ({ launch, folder }) => {
  const { page } = await launch([await onePicture(folder)]);
  await canvasReady(page);
  await takeClasses(page, folder, 248);
  await expect(list(page).getByRole('radio')).toHaveCount(250);
  for (const heading of ['View', 'Image']) await expect(page.getByRole('heading', { name: heading, exact: true })).toBeInViewport();
  const last = list(page).getByRole('radio', { name: 'kind 248' });
  await expect(last).not.toBeInViewport();
  await page.keyboard.press('/');
  await page.keyboard.type('kind 248');
  await page.keyboard.press('Enter');
  await expect(last).toBeChecked();
  await expect(last, 'what was found is brought into view').toBeInViewport();
  await page.getByRole('button', { name: 'Rename kind 248' }).click();
  await page.keyboard.type('last');
  await page.keyboard.press('Enter');
  await expect(list(page).getByRole('radio', { name: 'last', exact: true })).toBeInViewport();
});
