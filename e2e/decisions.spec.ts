import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { TestLibrary } from '../src/main/library/testing/library';
import { chooseFolder, expect, test } from './support/app';
import { canvasReady, click, saved } from './support/canvas';
import { projectWithRun, type Confidence } from './support/finished-run';
import { p } from './support/labels';
import { readPicture } from './support/pixels';
import { keepScreenshots } from './support/screenshots';

const [WIDTH, HEIGHT] = [200, 120];
/** Background on the left, object on the right: each unsure in its lower part. */
const truth = (x: number) => (x >= 100 ? 1 : 0);
const confidence: Confidence = (x, y) => (y < (x >= 100 ? 60 : 90) ? 255 : 60);
const KEPT = 100 * 90 + 100 * 60;

async function project(names: readonly string[]): Promise<TestLibrary> {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  return projectWithRun(Object.fromEntries(names.map((name) => [name, picture])), WIDTH, HEIGHT, truth, undefined, confidence);
}

/** Pixels of an image by class id, 255 for none. */
async function counts(library: TestLibrary, path: string): Promise<Partial<Record<number, number>>> {
  const found: Partial<Record<number, number>> = {};
  for (const id of await library.map(path)) found[id] = (found[id] ?? 0) + 1;
  return found;
}

test('what is kept is accepted alone, or with what is doubted; never over a person’s labels or what was rejected; each is one step', async ({
  launch,
}) => {
  const library = await project(['a.png', 'b.png', 'c.png']);
  const { app, page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  const review = page.getByRole('complementary', { name: 'Review' });
  const images = page.getByRole('listbox', { name: 'Images' });
  const image = async (name: string): Promise<void> => {
    await images.getByRole('option', { name }).click();
    await expect(images.getByRole('option', { name, selected: true })).toBeVisible();
    await canvasReady(page);
  };
  const all = WIDTH * HEIGHT;
  const said = review.getByText(/Still open/);
  const open = (sure: number): RegExp =>
    new RegExp(`Still open: ${sure.toLocaleString('en')} pixels\\s+sure, ${(all - KEPT).toLocaleString('en')} pixels doubtful`);

  await page.getByRole('combobox', { name: 'Sort images' }).selectOption({ label: 'By name' });

  // a.png has ten labels of its own, where background is predicted and kept.
  await image('a.png');
  await expect(said).toHaveText(open(KEPT - 10));
  await review.getByRole('button', { name: 'Accept what is sure' }).click();
  await saved(page);
  await expect(review.getByText(/accepted several classes/)).toHaveText(new RegExp((KEPT - 10).toLocaleString('en')));
  await expect(said).toHaveText(open(0));
  await keepScreenshots(page, 'review-kept');
  await page.keyboard.press('Control+z');
  await expect(review.getByText(/accepted several classes/)).toHaveCount(1);
  await expect(said).toHaveText(open(KEPT - 10));
  await page.keyboard.press('Control+y');

  // What was rejected a moment ago is not accepted with the image. The row labelled in b.png is an object by its label.
  await image('b.png');
  await page.getByRole('combobox', { name: 'Show' }).selectOption('states');
  await click(page, p(150, 100));
  await page.keyboard.press('n');
  await page.keyboard.press('Shift+Y');
  await saved(page);

  // The next image and its kept pixels at once: on that image, by what the run says of it.
  await page.keyboard.press('d');
  await page.keyboard.press('Shift+K');
  await expect(images.getByRole('option', { name: 'c.png', selected: true })).toBeVisible();
  await expect(review.getByText(/accepted several classes/)).toHaveText(new RegExp(KEPT.toLocaleString('en')));
  await saved(page);
  await app.close();

  await library.open();
  expect(await counts(library, 'a.png')).toEqual({ 0: 100 * 90, 1: 100 * 60, 255: all - KEPT });
  expect(await counts(library, 'b.png')).toEqual({ 0: 100 * 120 - 10, 1: 100 * 60 + 10, 255: 100 * 60 });
  expect(await counts(library, 'c.png')).toEqual({ 0: 100 * 90, 1: 100 * 60, 255: all - KEPT });
  await library.remove();
});

/** Blocks of objects on sure background, larger from image to image: one smaller but doubted, one larger and surer, and one too small. */
const numberOf = (name: string): number => Number(/\d+/.exec(name)![0]);
const BLOCKS = [
  { x0: 10, y0: 10, width: 30, height: 20, confidence: 51 },
  { x0: 60, y0: 10, width: 40, height: 40, confidence: 204 },
  { x0: 150, y0: 80, width: 4, height: 4, confidence: 0 },
] as const;
const blockAt = (x: number, y: number, name: string) =>
  BLOCKS.find((block) => {
    const grown = block.width === 4 ? 4 : block.width + numberOf(name);
    return x >= block.x0 && x < block.x0 + grown && y >= block.y0 && y < block.y0 + block.height;
  });
const [doubted, surer] = [(name: string) => (30 + numberOf(name)) * 20, (name: string) => (40 + numberOf(name)) * 40];

async function blocks(images: number): Promise<TestLibrary> {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  const pictures = Object.fromEntries(Array.from({ length: images }, (_, i) => [`image-${i}.png`, picture]));
  return projectWithRun(
    pictures,
    WIDTH,
    HEIGHT,
    (x, y, name) => (blockAt(x, y, name) ? 1 : 0),
    undefined,
    (x, y, name) => blockAt(x, y, name)?.confidence ?? 255,
  );
}

test('Tab walks through the regions by doubt × size, decisions move on, and what is undone is walked to again', async ({ launch }) => {
  const library = await blocks(2);
  const { page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  await page.getByRole('combobox', { name: 'Sort images' }).selectOption({ label: 'By name' });
  await page.getByRole('option', { name: 'image-1.png' }).click();
  await canvasReady(page);
  const review = page.getByRole('complementary', { name: 'Review' });
  const place = review.getByRole('status', { name: 'Place in the walk' });
  const region = review.getByRole('region', { name: 'Region' }).getByRole('paragraph').first();
  const pixels = (n: number): RegExp => new RegExp(`${n.toLocaleString('en')} pixels`);
  await expect(place).toHaveText(/regions of at least\s+25 pixels/);

  // After a click, in the list as on the image, Tab walks; where the keyboard shows the focus, it goes from control to control.
  await page.keyboard.press('Tab');
  await expect(place).toHaveText(/region 1 of 3/);
  await page.keyboard.press('F6');
  await page.keyboard.press('Tab');
  await expect(review.getByRole('button').nth(1)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(review.getByRole('button').first()).toBeFocused();
  await page.keyboard.press('F6');
  await expect(place).toHaveText(/region 1 of 3/);
  await expect(region).toHaveText(pixels(doubted('image-1.png')));
  await keepScreenshots(page, 'review-walk');
  await page.keyboard.press('Tab');
  await expect(place).toHaveText(/region 2 of 3/);
  await expect(region).toHaveText(pixels(surer('image-1.png')));
  await page.keyboard.press('Shift+Tab');
  await expect(place).toHaveText(/region 1 of 3/);

  await page.keyboard.press('y');
  await expect(review.getByText(/accepted object/)).toHaveText(pixels(doubted('image-1.png')));
  await expect(place).toHaveText(/region 2 of 3/);
  await review.getByRole('button', { name: 'Reject region' }).click();
  await expect(review.getByText(/not object/)).toHaveText(pixels(surer('image-1.png')));
  await expect(place).toHaveText(/region 3 of 3/);
  await expect(region).toContainText('background');
  await page.keyboard.press('n');
  await expect(page.getByText(/No region of at least 25 pixels is left to decide in image-1.png/)).toBeVisible();
  await expect(place).toHaveText(/regions of at least/);

  // Past the end a key means no region, whatever it was pressed for; what is undone is there again.
  await page.keyboard.press('y');
  await expect(page.getByText(/There is no region of the prediction there/)).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(review.getByText(/^not/)).toHaveCount(2);
  await expect(review.getByRole('button', { name: 'Revoke' })).toHaveCount(1);
  await saved(page);
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  await page.keyboard.press('Tab');
  await expect(place).toHaveText(/region 1 of 2/);
  await expect(region).toHaveText(pixels(surer('image-1.png')));
  await library.remove();
});

test('the next image, its first region and two decisions at once: on that image, one region each', async ({ launch }) => {
  const library = await blocks(9);
  const { app, page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Review' }).click();
  await page.getByRole('combobox', { name: 'Sort images' }).selectOption({ label: 'By name' });
  await page.getByRole('option', { name: 'image-0.png' }).click();
  await canvasReady(page);
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  for (let i = 1; i < 9; i++) {
    for (const key of ['PageDown', 'Tab', 'y', 'n']) await page.keyboard.press(key);
    await page.waitForTimeout([0, 50, 100, 300][i % 4]!);
  }
  await canvasReady(page);
  await saved(page);
  await app.close();

  await library.open();
  const made: Record<string, string[]> = {};
  for (const { id, path } of await library.images()) {
    made[path] = (await library.call('review.decisions', { imageId: id })).map((d) => `${d.kind} ${d.classId} ${d.pixels}`);
  }
  const due = (name: string): string[] => [`accept 1 ${doubted(name)}`, `reject 1 ${surer(name)}`];
  expect(made).toEqual(Object.fromEntries(Object.keys(made).map((name) => [name, name === 'image-0.png' ? [] : due(name)])));
  await library.remove();
});

test('an export of all that is predicted has a class for every pixel, and says so', async ({ launch, folder }) => {
  const library = await project(['a.png', 'b.png']);
  const { app, page } = await launch([library.folder]);
  await canvasReady(page);
  await page.getByRole('tab', { name: 'Export' }).click();
  const out = join(folder, 'masks');
  mkdirSync(out);
  await chooseFolder(app, page, out);
  await page.getByRole('radio', { name: /^With what the model is sure of/ }).check();
  await page.getByRole('button', { name: 'Export masks' }).click();
  await expect(page.getByText(/2 masks written to .*; 63 % of their pixels have a class/)).toBeVisible();
  await page.getByRole('radio', { name: /^With all that the model predicts/ }).check();
  await page.getByRole('button', { name: 'Export masks' }).click();
  await expect(page.getByText(/2 masks written to .*; 100 % of their pixels have a class/)).toBeVisible();
  await keepScreenshots(page, 'export-full');
  const mask = await readPicture(join(out, 'masks', 'b.png'));
  const colors = new Set(Array.from({ length: WIDTH * HEIGHT }, (_, i) => mask.at(i % WIDTH, Math.floor(i / WIDTH))));
  expect(colors).toEqual(new Set(['#000000', '#800000']));
  await library.remove();
});
