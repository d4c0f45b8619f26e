import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import sharp from 'sharp';
import { readPng, writePng } from '../src/main/media/png';
import { expect, inTerminal, test } from './support/app';
import { canvasReady } from './support/canvas';
import { choose, expectPixels } from './support/labels';

const [WIDTH, HEIGHT] = [40, 30];
/** Classes 0, 1 and 3, as after 2 was removed, and unlabelled pixels. */
const LABELS = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => [0, 1, 3, 255][Math.floor(i / 10) % 4]!);

async function projectFolder(folder: string): Promise<string> {
  mkdirSync(folder);
  const grey = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#777777' } });
  writeFileSync(join(folder, 'a.png'), await grey.png().toBuffer());
  return folder;
}

async function maskFolder(folder: string, data: Uint8Array): Promise<string> {
  mkdirSync(folder);
  await writePng(join(folder, 'a.png'), { kind: 'grey', width: WIDTH, height: HEIGHT, data });
  return folder;
}

async function importFrom(app: ElectronApplication, page: Page, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, folder);
  await page.getByRole('button', { name: 'Project images' }).click();
  await page.getByRole('menuitem', { name: /Import masks/ }).click();
}

test('an own export comes back as a new project, in window and terminal, with the same classes and pixels', async ({ launch, folder }) => {
  const espalier = (...args: string[]): string => inTerminal(join(folder, 'terminal'), args);
  const [first, out] = [await projectFolder(join(folder, 'first')), join(folder, 'export')];
  const classes = [
    { id: 0, name: 'sky' },
    { id: 1, name: 'road' },
    { id: 3, name: 'building' },
  ];
  writeFileSync(join(folder, 'list.json'), JSON.stringify(classes));
  espalier('init', first, '--classes', join(folder, 'list.json'));
  espalier('import', first, '--from', await maskFolder(join(folder, 'labels'), LABELS));
  espalier('export', first, '--format', 'masks', '--out', out);
  expect((await readPng(join(out, 'masks', 'a.png'))).data).toEqual(LABELS);

  const images = await projectFolder(join(folder, 'images'));
  const { app, page } = await launch([images]);
  await canvasReady(page);
  await importFrom(app, page, out);
  const dialog = page.getByRole('dialog', { name: 'Import' });
  await expect(dialog).toContainText('Labels of 1 image of this project, with 3 classes: sky, road, building.');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('1 masks imported. Classes added: sky, road, building.')).toBeVisible();
  await expect(page.getByRole('radio')).toHaveCount(3);
  for (const name of ['sky', 'road', 'building']) await expectPixels(page, name, 300);
  const again = join(folder, 'again');
  await app.evaluate(({ dialog, shell }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    shell.openPath = () => Promise.resolve('');
  }, again);
  await page.getByRole('tab', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Choose folder' }).click();
  await page.getByRole('button', { name: 'Export masks' }).click();
  await expect(page.getByText('1 mask written')).toBeVisible();
  expect((await readPng(join(again, 'masks', 'a.png'))).data).toEqual(LABELS);

  const other = await projectFolder(join(folder, 'other'));
  espalier('init', other, '--classes', join(out, 'classes.json'));
  expect(espalier('import', other, '--from', join(out, 'masks'))).toContain('1 masks imported, 0 skipped');
  espalier('export', other, '--format', 'masks', '--out', join(folder, 'from terminal'));
  expect((await readPng(join(folder, 'from terminal', 'masks', 'a.png'))).data).toEqual(LABELS);
  expect(readFileSync(join(folder, 'from terminal', 'classes.json'), 'utf8')).toBe(readFileSync(join(out, 'classes.json'), 'utf8'));
});

test('masks of 0 and 255 are imported when it is said what 255 is', async ({ launch, folder }) => {
  const images = await projectFolder(join(folder, 'images'));
  const masks = await maskFolder(
    join(folder, 'masks'),
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i < 100 ? 255 : 0)),
  );
  const { app, page } = await launch([images]);
  await canvasReady(page);
  await importFrom(app, page, masks);
  const dialog = page.getByRole('dialog', { name: 'Import' });
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog.getByRole('alert')).toContainText('hold only 0 and 255');
  await choose(page, '255 is', 'object');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('1 masks imported.')).toBeVisible();
  await expectPixels(page, 'object', 100);
  await expectPixels(page, 'background', WIDTH * HEIGHT - 100);
});
