import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import sharp from 'sharp';
import { scribbles } from '../src/main/library/testing/scribbles';
import { readPng, writePng } from '../src/main/media/png';
import { expect, inTerminal, test } from './support/app';
import { canvasReady } from './support/canvas';

const SIZES: Readonly<Record<string, readonly [number, number]>> = { 'a.png': [61, 47], 'sub/b.png': [40, 30] };

async function pictures(folder: string): Promise<string> {
  for (const [path, [width, height]] of Object.entries(SIZES)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    const grey = sharp({ create: { width, height, channels: 3, background: '#777777' } });
    writeFileSync(join(folder, path), await grey.png().toBuffer());
  }
  return folder;
}

/** The folder that the next dialog of the system answers with; no window of the system is opened. */
async function answer(app: ElectronApplication, folder: string): Promise<void> {
  await app.evaluate(({ dialog, shell }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    shell.openPath = () => Promise.resolve('');
  }, folder);
}

async function exportAs(app: ElectronApplication, page: Page, name: string, folder: string): Promise<void> {
  await answer(app, folder);
  await page.getByRole('tab', { name: 'Export' }).click();
  await page.getByRole('radio', { name }).click();
  await page.getByRole('radio', { name: 'Only what was labelled by hand' }).click();
  await page.getByRole('button', { name: 'Choose folder' }).click();
  await page.getByRole('button', { name: 'Export masks' }).click();
  await expect(page.getByText('2 masks written')).toBeVisible();
}

for (const name of ['COCO instances', 'PASCAL VOC segmentation', 'YOLO segmentation', 'CVAT for images 1.1', 'Label Studio brush']) {
  test(`labels leave as ${name} and come back with the same pixels, by mouse`, async ({ launch, folder }) => {
    test.setTimeout(120_000);
    const first = await pictures(join(folder, 'first'));
    const masks = join(folder, 'labels');
    for (const [i, [path, [width, height]]] of Object.entries(SIZES).entries()) {
      mkdirSync(join(masks, path, '..'), { recursive: true });
      await writePng(join(masks, path), { kind: 'grey', width, height, data: scribbles(i, width, height, [0, 1, 2]) });
    }
    writeFileSync(join(folder, 'classes.txt'), 'sky\nroad\ntree\n');
    const terminal = (...args: string[]): string => inTerminal(join(folder, 'terminal'), args);
    terminal('init', first, '--classes', join(folder, 'classes.txt'));
    terminal('import', first, '--from', masks);

    const out = join(folder, 'out');
    const one = await launch([first]);
    await canvasReady(one.page);
    await exportAs(one.app, one.page, name, out);
    expect(JSON.parse(readFileSync(join(out, 'export.json'), 'utf8'))).toMatchObject({ masks: 2 });
    await one.app.close();

    const two = await launch([await pictures(join(folder, 'second'))]);
    await canvasReady(two.page);
    await answer(two.app, out);
    await two.page.getByRole('button', { name: 'Project second' }).click();
    await two.page.getByRole('menuitem', { name: /Import/ }).click();
    const dialog = two.page.getByRole('dialog', { name: 'Import' });
    await expect(dialog.locator('select').first().locator('option:checked')).toHaveText(name);
    await expect(dialog).toContainText('Labels of 2 images of this project, with 3 classes: sky, road, tree.');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await expect(two.page.getByText('2 masks imported.')).toBeVisible();
    const again = join(folder, 'again');
    await exportAs(two.app, two.page, 'PNG masks and classes.json', again);
    for (const [i, [path, [width, height]]] of Object.entries(SIZES).entries()) {
      expect((await readPng(join(again, 'masks', path))).data).toEqual(scribbles(i, width, height, [0, 1, 2]));
    }
  });
}
