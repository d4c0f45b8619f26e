import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady, drag, onScreen } from './support/canvas';
import { finishRun, projectWithRun } from './support/finished-run';
import { choose, corner, expectPixels, p, set } from './support/labels';
import { screenAt, seen } from './support/pixels';
import { keepScreenshots } from './support/screenshots';

const GREY = 119;

test('labels are hidden, peeked past, faded and shown class by class, with keys', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  const ground = { r: GREY, g: GREY, b: GREY };
  await sharp({ create: { width: 200, height: 120, channels: 3, background: ground } })
    .png()
    .toFile(join(images, 'grey.png'));
  const { page } = await launch([images]);
  await canvasReady(page);
  await page.keyboard.press('r');
  await drag(page, [corner(10, 10), corner(60, 60)]);
  await page.keyboard.press('2');
  await drag(page, [corner(100, 10), corner(150, 60)]);
  await expectPixels(page, 'background', 2500);
  await expectPixels(page, 'object', 2500);
  // Background is black, object is maroon, both at 50 %.
  const background = (): Promise<number[]> => seen(page, p(35, 35));
  const object = (): Promise<number[]> => seen(page, p(125, 35));
  const plain = [GREY, GREY, GREY];
  const mixed = (value: number): number => Math.round((GREY + value) / 2);
  const near = async (color: () => Promise<number[]>, wanted: readonly number[]): Promise<void> =>
    expect(async () => (await color()).forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(1))).toPass();
  await near(background, [mixed(0), mixed(0), mixed(0)]);
  await near(object, [mixed(128), mixed(0), mixed(0)]);

  await page.keyboard.press('Shift+T');
  await near(background, plain);
  await near(object, [mixed(128), mixed(0), mixed(0)]);
  await page.keyboard.press('Shift+T');

  await page.keyboard.press('t');
  await near(object, plain);
  await page.keyboard.press('t');
  await near(object, [mixed(128), mixed(0), mixed(0)]);

  await page.keyboard.down('t');
  await near(object, plain);
  await page.waitForTimeout(350);
  await page.keyboard.up('t');
  await near(object, [mixed(128), mixed(0), mixed(0)]);

  await set(page, 'Opacity in %', 100);
  await near(object, [128, 0, 0]);
  await page.keyboard.press('h');
  await near(object, plain);
  await page.keyboard.press('h');
  await near(object, [128, 0, 0]);
});

test('what a run predicts shows in its class’s colour also where it is unsure, under thin lines', async ({ launch }) => {
  const [width, height] = [200, 120];
  const picture = await sharp({ create: { width, height, channels: 3, background: { r: GREY, g: GREY, b: GREY } } })
    .png()
    .toBuffer();
  const truth = (x: number) => (x >= 100 ? 1 : 0);
  const library = await projectWithRun({ 'a.png': picture, 'b.png': picture }, width, height, truth);
  await library.open();
  await finishRun(
    library,
    width,
    height,
    truth,
    () => ({ kept: 0, lowConfidence: 1, doubted: 0, meanSimilarity: 1 }),
    () => 60,
  );
  await library.call('project.close', null);
  const { page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  await expect(page.getByRole('region', { name: 'States' }).getByRole('listitem').nth(1)).toHaveText(/unsure\s*100 %/);
  await choose(page, 'Show', 'Kept and doubted');
  for (let i = 0; i < 5; i++) await page.keyboard.press('.');
  // Background is black, object is maroon; of eight pixels in a row one is a line.
  const mixed = (value: number): number => Math.round(GREY * 0.4 + value * 0.6);
  for (const [x, color] of [
    [40, [0, 0, 0]],
    [150, [128, 0, 0]],
  ] as const) {
    const at = await onScreen(page, p(x, 60));
    await expect(async () => {
      const row = await Promise.all(Array.from({ length: 8 }, (_, i) => screenAt(page, p(Math.round(at.x) + i, Math.round(at.y)))));
      const near = row.filter((seen) => seen.every((value, i) => Math.abs(value - mixed(color[i]!)) <= 2));
      expect(near, JSON.stringify(row)).toHaveLength(7);
    }).toPass();
  }
  await library.remove();
});

test('Review shows the prediction first; a key goes on to kept and doubted, the labels and their difference, another bares the image', async ({
  launch,
}) => {
  const [width, height] = [200, 120];
  const picture = await sharp({ create: { width, height, channels: 3, background: { r: GREY, g: GREY, b: GREY } } })
    .png()
    .toBuffer();
  // The first row of a.png is labelled as background where it is predicted to be object: ten pixels.
  const truth = (x: number, y: number) => (x >= 100 || y === 0 ? 1 : 0);
  const library = await projectWithRun({ 'a.png': picture, 'b.png': picture }, width, height, truth);
  const { page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  const show = page.getByRole('combobox', { name: 'Show' });
  const legend = page.getByRole('region', { name: 'Classes of the overlay' });
  const row = (name: string) => legend.getByRole('listitem').filter({ hasText: name });
  const seenIs = (x: number, y: number, wanted: readonly number[]): Promise<void> =>
    expect(async () => {
      const there = await seen(page, p(x, y));
      expect(Math.max(...there.map((value, i) => Math.abs(value - wanted[i]!))), there.join()).toBeLessThanOrEqual(1);
    }).toPass();
  const half = (value: number): number => Math.round((GREY + value) / 2);
  const [bare, background, object] = [
    [GREY, GREY, GREY],
    [half(0), half(0), half(0)],
    [half(128), half(0), half(0)],
  ] as const;

  await expect(show).toHaveValue('prediction');
  await expect(row('object')).toContainText((100 * 120 + 100).toLocaleString('en'));
  await expect(row('background')).toContainText((100 * 119).toLocaleString('en'));
  await seenIs(40, 60, background);
  await seenIs(150, 60, object);

  await row('object').getByRole('button', { name: 'Hide object' }).click();
  await seenIs(150, 60, bare);
  await seenIs(40, 60, background);
  await row('object').getByRole('button', { name: 'Show object' }).click();
  await seenIs(150, 60, object);

  await page.keyboard.down('t');
  await seenIs(150, 60, bare);
  await page.waitForTimeout(350);
  await page.keyboard.up('t');
  await seenIs(150, 60, object);

  await page.keyboard.press('z');
  await expect(show).toHaveValue('states');
  await page.keyboard.press('z');
  await expect(show).toHaveValue('labels');
  await expect(legend).toContainText('pixels labelled');
  await expect(row('background')).toContainText('10');
  await seenIs(150, 60, bare);
  await page.keyboard.press('z');
  await expect(show).toHaveValue('difference');
  await expect(legend).toContainText('pixels predicted otherwise');
  await expect(row('background')).toContainText('10');
  await page.keyboard.press('z');
  await expect(show).toHaveValue('prediction');

  // What is decided looks decided: solid, or crossed out.
  await page.keyboard.press('2');
  await choose(page, 'Show', 'Kept and doubted');
  const canvas = await onScreen(page, p(150, 60));
  await page.mouse.click(canvas.x, canvas.y);
  await page.keyboard.press('y');
  const solid = (value: number): number => Math.round(GREY * 0.15 + value * 0.85);
  await seenIs(150, 60, [solid(128), solid(0), solid(0)]);
  await page.keyboard.press('Control+z');
  await seenIs(150, 60, object);
  await page.mouse.click(canvas.x, canvas.y);
  await page.keyboard.press('n');
  await expect(async () => {
    const colors = new Set<string>();
    for (let x = 0; x < 16; x++) {
      const [r, g, b] = await screenAt(page, { x: canvas.x + x, y: canvas.y });
      colors.add(r! > 200 && g! < 120 && b! < 120 ? 'cross' : 'ground');
    }
    expect(colors).toEqual(new Set(['cross', 'ground']));
  }).toPass();
  await keepScreenshots(page, 'overlay-decided');
  await library.remove();
});
