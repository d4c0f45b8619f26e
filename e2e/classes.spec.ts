import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady, drag, saved } from './support/canvas';
import { projectWithRun } from './support/finished-run';
import { choose, corner, expectPixels } from './support/labels';

async function makeImages(folder: string, count: number): Promise<string> {
  const images = join(folder, 'images');
  mkdirSync(images);
  const grey = sharp({ create: { width: 40, height: 30, channels: 3, background: '#777777' } }).png();
  const content = await grey.toBuffer();
  for (let i = 1; i <= count; i++) writeFileSync(join(images, `image${String(i).padStart(2, '0')}.png`), content);
  return images;
}

test('classes come from a file and go into one, with what will change said first', async ({ launch, folder }) => {
  const { app, page } = await launch([await makeImages(folder, 2)]);
  await canvasReady(page);
  const names = Array.from({ length: 12 }, (_, i) => `kind ${i + 1}`);
  const list = join(folder, 'classes.txt');
  writeFileSync(list, `object:1,2,3::\n${names.join('\n')}\n`);

  await page.getByRole('button', { name: 'List of classes' }).click();
  const dialog = page.getByRole('dialog', { name: 'List of classes' });
  await dialog
    .getByLabel(/Take classes from a file/)
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(dialog.getByRole('alert')).toContainText('not a list of classes');
  await dialog.getByLabel(/Take classes from a file/).setInputFiles(list);
  await expect(dialog.getByRole('status')).toContainText('Adds 12: kind 1, kind 2');
  await expect(dialog.getByRole('status')).toContainText('Recolours 1: object.');
  await dialog.getByRole('button', { name: 'Take over' }).click();
  await expect(page.getByRole('radio')).toHaveCount(14);

  await page.keyboard.press('/');
  await page.keyboard.type('kind 12');
  await expect(page.getByRole('radio')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio', { name: 'kind 12' })).toBeChecked();
  await page.getByRole('radio', { name: 'kind 12' }).focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('radio', { name: 'kind 11' })).toBeChecked();
  await expect(page.getByRole('radio', { name: 'kind 11' })).toBeFocused();

  await page.getByRole('button', { name: 'List of classes' }).click();
  await dialog.getByRole('button', { name: /Recolour 14 of 14/ }).click();
  await expect(page.getByLabel('Colour of background')).toHaveValue('#e69f00');
  const out = join(folder, 'saved.json');
  await app.evaluate(({ dialog: native }, filePath) => {
    native.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, out);
  await page.getByRole('button', { name: 'List of classes' }).click();
  await dialog.getByRole('button', { name: 'Save as a file' }).click();
  await expect(page.getByText(`The list of classes is in ${out}.`)).toBeVisible();
  const written = JSON.parse(readFileSync(out, 'utf8')) as { name: string; color: string }[];
  expect(written.map(({ name }) => name)).toEqual(['background', 'object', ...names]);
  expect(written[1]!.color).toBe('#56b4e9');
});

test('several images are chosen in the gallery and marked; each shows its state and its note', async ({ launch, folder }) => {
  const { page } = await launch([await makeImages(folder, 12)]);
  await canvasReady(page);
  await page.keyboard.press('w');
  await page.keyboard.press('Shift+W');
  await saved(page);
  await expect(page.getByText('background: 1,200 pixels of this image; 1,200 pixels in 1 image of the project')).toHaveCount(1);
  await page.getByRole('textbox', { name: 'Notes' }).fill('look again');
  await page.getByRole('textbox', { name: 'Notes' }).blur();
  await page.keyboard.press('Shift+G');
  const gallery = page.getByRole('region', { name: 'Gallery' });
  const option = (n: number) => gallery.getByRole('option', { name: `image${String(n).padStart(2, '0')}.png` });
  await expect(option(1)).toHaveAccessibleDescription(/started · note: look again/);

  await option(2).click();
  await option(5).click({ modifiers: ['Shift'] });
  await option(9).click({ modifiers: ['Control'] });
  await expect(gallery.getByText('5 images chosen')).toBeVisible();
  await gallery.getByRole('button', { name: 'Mark done' }).click();
  await expect(option(9)).toHaveAccessibleDescription(/^done/);
  await expect(page.getByText('1 labelled · 11 unlabelled'), 'done without labels is nothing to learn from').toBeVisible();
  await expect(gallery.getByRole('button', { name: 'Mark reviewed', exact: true }), 'no run has said anything').toHaveCount(0);
  await page.keyboard.press('Escape');
  await gallery.getByRole('listbox').focus();
  await page.keyboard.press('Control+a');
  await expect(gallery.getByText('12 images chosen')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await page.keyboard.press(' ');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(gallery.getByText('2 images chosen')).toBeVisible();

  await page.getByRole('combobox', { name: 'Filter images' }).selectOption({ label: 'Done' });
  await expect(gallery.getByRole('option')).toHaveCount(5);
  await page.getByRole('combobox', { name: 'Filter images' }).selectOption({ label: 'All images' });
  await page.getByRole('searchbox', { name: 'Search images' }).fill('image1');
  await expect(gallery.getByRole('option')).toHaveCount(3);
});

test('classes are put in order, renamed, recoloured, added and removed, and keep that', async ({ launch, folder }) => {
  const images = await makeImages(folder, 1);
  const { app, page } = await launch([images]);
  await canvasReady(page);
  const classes = page.getByRole('radiogroup', { name: 'Class to paint with' });
  const names = (): Promise<(string | null)[]> => classes.getByRole('radio').evaluateAll((all) => all.map((one) => one.ariaLabel));
  await page.getByRole('button', { name: 'Add class' }).click();
  await page.keyboard.type('rim');
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['background', 'object', 'rim']);
  await expect(page.getByRole('button', { name: 'Move rim down' })).toBeDisabled();
  await page.getByRole('button', { name: 'Move rim up' }).click();
  await expect.poll(names).toEqual(['background', 'rim', 'object']);
  await page.getByRole('button', { name: 'Move rim up' }).click();
  await expect.poll(names).toEqual(['rim', 'background', 'object']);
  await expect(page.getByRole('button', { name: 'Move rim up' })).toBeDisabled();
  await page.getByRole('button', { name: 'Move rim down' }).click();
  await expect.poll(names).toEqual(['background', 'rim', 'object']);
  await page.keyboard.press('3');
  await expect(page.getByRole('radio', { name: 'object' })).toBeChecked();

  await page.getByRole('radio', { name: 'rim' }).dblclick();
  await page.keyboard.type('edge');
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['background', 'edge', 'object']);
  await page.getByLabel('Colour of edge').fill('#12ab34');
  await page.keyboard.press('r');
  await drag(page, [corner(0, 0), corner(10, 10)]);
  await expectPixels(page, 'edge', 100);
  await page.getByRole('button', { name: 'Merge or remove edge' }).click();
  const removing = page.getByRole('dialog', { name: 'Merge or remove edge' });
  await expect(removing).toContainText('100 pixels in 1 image have this class.');
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'object' }).click();
  await page.getByRole('button', { name: 'Merge or remove object' }).click();
  await expect(page.getByRole('dialog')).toContainText('No pixel of any image has this class.');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.poll(names).toEqual(['background', 'edge']);
  await saved(page);
  await app.close();

  const again = await launch([images]);
  await canvasReady(again.page);
  await expect(again.page.getByRole('radio')).toHaveCount(2);
  await expect(again.page.getByLabel('Colour of edge')).toHaveValue('#12ab34');
  await expectPixels(again.page, 'edge', 100);
  await again.page.getByRole('radio', { name: 'edge' }).click();
  await again.page.getByRole('button', { name: 'Merge or remove edge' }).click();
  await again.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(again.page.getByText('1,200 px of this image unlabelled')).toBeVisible();
  await expect(again.page.getByText('0 labelled · 1 unlabelled')).toBeVisible();
});

test('images are in order of name, of the last change, and of what the run doubts', async ({ launch }) => {
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#777777' } })
    .png()
    .toBuffer();
  const doubted: Readonly<Record<string, number>> = { 'image1.png': 0.1, 'image2.png': 0.3, 'image10.png': 0.2 };
  const low: Readonly<Record<string, number>> = { 'image1.png': 0.2, 'image2.png': 0.1, 'image10.png': 0.3 };
  const pictures = Object.fromEntries(Object.keys(doubted).map((name) => [name, picture]));
  const project = await projectWithRun(
    pictures,
    40,
    30,
    () => 0,
    (name) => ({
      doubted: doubted[name]!,
      lowConfidence: low[name]!,
      kept: 1 - doubted[name]! - low[name]!,
      meanSimilarity: 0.9,
    }),
  );
  try {
    const { page } = await launch([project.folder]);
    await canvasReady(page);
    await page.keyboard.press('r');
    await drag(page, [corner(5, 5), corner(10, 10)]);
    await saved(page);
    await page.keyboard.press('Shift+G');
    const gallery = page.getByRole('region', { name: 'Gallery' });
    const order = (): Promise<(string | null)[]> => gallery.getByRole('option').evaluateAll((all) => all.map((one) => one.ariaLabel));
    await expect.poll(order).toEqual(['image1.png', 'image2.png', 'image10.png']);
    await choose(page, 'Sort images', 'Last changed first');
    await expect.poll(order).toEqual(['image1.png', 'image2.png', 'image10.png']);
    await gallery.getByRole('option', { name: 'image10.png' }).click();
    await page.keyboard.press('Enter');
    await canvasReady(page);
    await drag(page, [corner(5, 5), corner(10, 10)]);
    await saved(page);
    await page.keyboard.press('Shift+G');
    await choose(page, 'Sort images', 'By name');
    await choose(page, 'Sort images', 'Last changed first');
    await expect.poll(order).toEqual(['image10.png', 'image1.png', 'image2.png']);
    await choose(page, 'Sort images', 'Most shaken first');
    await expect.poll(order).toEqual(['image2.png', 'image10.png', 'image1.png']);
    await choose(page, 'Sort images', 'Least sure first');
    await expect.poll(order).toEqual(['image10.png', 'image1.png', 'image2.png']);
  } finally {
    await project.remove();
  }
});
