import sharp from 'sharp';
import type { TestLibrary } from '../src/main/library/testing/library';
import { expect, test } from './support/app';
import { canvasReady, click, saved } from './support/canvas';
import { projectWithRun, type Confidence } from './support/finished-run';
import { p } from './support/labels';
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
