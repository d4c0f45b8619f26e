import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import recipe from '../resources/sample.json';
import { chooseFolder, expect, test } from './support/app';
import { canvasOf, canvasReady, click, drag, onScreen, saved, type Point } from './support/canvas';
import { findBars, type Picture, readPicture, strokePixels } from './support/pixels';
import { keepScreenshots } from './support/screenshots';
import { chooseShortPruning } from './support/training';

const UNLABELLED = '#e0e0c0';
const BRUSH = 3;
const RUN_TIME_LIMIT = 900_000;

/** Strokes of each class: how long, and how many an image. Debris is small. */
const STROKES = [
  { length: 40, margin: 2, count: 8 },
  { length: 8, margin: 2, count: 10 },
  { length: 1, margin: 1, count: 8 },
];

/** What the test painted: the colour of each pixel of an image. */
type Painted = Map<string, string>;

async function openImage(page: Page, name: string): Promise<void> {
  await page.getByRole('option', { name }).click();
  await canvasReady(page);
}

async function paint(page: Page, truth: Picture): Promise<Painted> {
  const painted: Painted = new Map();
  for (const [id, { color }] of recipe.classes.entries()) {
    await page.keyboard.press(String(id + 1));
    const { length, margin, count } = STROKES[id]!;
    for (const bar of findBars(truth, color, length, margin, count)) {
      await drag(page, bar);
      for (const pixel of strokePixels(bar, BRUSH)) painted.set(pixel, color);
    }
  }
  await saved(page);
  return painted;
}

/** Presses Train and waits until the run has trained and predicted every image. */
async function train(page: Page, button: string, number: number): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(page.getByText(`Run ${number}: running`).first()).toBeVisible();
  await expect(page.getByText(`Run ${number}: running`)).toHaveCount(0, { timeout: RUN_TIME_LIMIT });
  await expect(page.getByText(`Run ${number}: finished`).first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Run under way' })).toBeHidden({ timeout: RUN_TIME_LIMIT });
}

/** A pixel of the prediction that is confident but shaken by pruning, found in the run's file as its format says. */
async function shakenPixel(project: string, run: string, imageId: number, gamma: number, beta: number): Promise<Point | null> {
  const prediction = await readPicture(join(project, '.espalier/runs', run, 'predictions', `${imageId}.png`));
  let best: Point | null = null;
  let bestRun = 0;
  for (let y = 0; y < prediction.height; y++) {
    let length = 0;
    for (let x = 0; x < prediction.width; x++) {
      const color = prediction.at(x, y);
      const [p, d] = [parseInt(color.slice(3, 5), 16) / 255, 1 - (1 - parseInt(color.slice(5, 7), 16) / 255) ** 2];
      length = p >= gamma && p * d ** beta < gamma ? length + 1 : 0;
      if (length > bestRun) [best, bestRun] = [{ x: x - (length >> 1), y }, length];
    }
  }
  return best;
}

test('label a few, train, review, train again, export', async ({ launch, folder }) => {
  test.setTimeout(2 * RUN_TIME_LIMIT + 300_000);
  const { app, page } = await launch();
  const project = join(folder, 'data/sample/micrographs');

  await keepScreenshots(page, 'start');
  await page.getByRole('button', { name: 'Open sample' }).click();
  await canvasReady(page);
  await expect(page.getByText('0 labelled · 60 unlabelled · saved')).toBeVisible();

  await page.keyboard.press('b');
  await page.getByLabel('Size in px').fill(String(BRUSH));
  const painted = new Map<string, Painted>();
  for (const name of ['cells_0001', 'cells_0002', 'cells_0003']) {
    await openImage(page, `${name}.png`);
    painted.set(name, await paint(page, await readPicture(join(project, '../truth', `${name}.png`))));
  }
  await expect(page.getByText('3 labelled · 57 unlabelled · saved')).toBeVisible();
  await keepScreenshots(page, 'label');

  await page.getByRole('tab', { name: 'Train' }).click();
  await chooseShortPruning(page);
  await train(page, 'Train', 1);
  for (const chart of ['Share of unlabelled pixels kept', 'Losses', 'Doubt through pruning']) {
    await expect(page.getByRole('figure', { name: chart })).toBeVisible();
  }
  await keepScreenshots(page, 'train');

  await page.getByRole('tab', { name: 'Review' }).click();
  // Review first shows the image that was labelled last, then goes to the one doubted most.
  const first = page.getByRole('listbox', { name: 'Images' }).locator('[aria-posinset="1"]');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await canvasReady(page);
  await expect(canvasOf(page)).toHaveAttribute('data-image', /\d/);
  const name = (await first.getAttribute('aria-label'))!.replace('.png', '');
  const imageId = Number(await canvasOf(page).getAttribute('data-image'));
  const beta = Number(await page.getByLabel('Doubt by pruning').inputValue());
  const shaken = await shakenPixel(project, 'run-0001', imageId, 0.7, beta);
  expect(shaken, 'pruning shook something in the image that the list puts first').not.toBeNull();
  const place = await onScreen(page, shaken!);
  await page.mouse.move(place.x, place.y);
  await expect(page.getByRole('status', { name: 'Status' })).toContainText(/confidence [01]\.\d+ · likeness [01]\.\d+ · score [01]\.\d+/);
  await keepScreenshots(page, 'review-prediction');
  await page.keyboard.press('z');
  await expect(page.getByRole('combobox', { name: 'Show' })).toHaveValue('states');
  await click(page, shaken!);
  const region = page.getByRole('region', { name: 'Region' });
  await expect(region).toContainText('confident, but shaken by pruning');
  const words = (await region.getByRole('paragraph').first().textContent())!;
  const accepted = recipe.classes.find((each) => words.includes(each.name))!;
  const pixels = Number(/([\d,]+) pixel/.exec(words)![1]!.replace(',', ''));
  await keepScreenshots(page, 'review');
  await page.getByRole('button', { name: 'Accept region' }).click();
  await saved(page);
  await expect(page.getByRole('region', { name: 'Decisions' })).toContainText(/accept/i);

  await train(page, 'Train again', 2);

  await page.getByRole('tab', { name: 'Export' }).click();
  const out = join(folder, 'masks of the sample');
  mkdirSync(out);
  await chooseFolder(app, page, out);
  await page.getByRole('button', { name: 'Export masks' }).click();
  // An image nobody labelled has nothing to say.
  const written = painted.has(name) ? 3 : 4;
  await expect(page.getByText(`${written} masks written`)).toBeVisible();
  await keepScreenshots(page, 'export');

  const classes: unknown = JSON.parse(readFileSync(join(out, 'classes.json'), 'utf8'));
  expect(classes).toMatchObject(recipe.classes.map((each, id) => ({ id, ...each })));
  for (const [image, wanted] of painted) {
    const mask = await readPicture(join(out, 'masks', `${image}.png`));
    expect([mask.width, mask.height]).toEqual([recipe.size, recipe.size]);
    const wrong: string[] = [];
    let taken = 0;
    for (let y = 0; y < mask.height; y++) {
      for (let x = 0; x < mask.width; x++) {
        const [color, expected] = [mask.at(x, y), wanted.get(`${x},${y}`)];
        if (expected === undefined && image === name && color === accepted.color) taken++;
        else if (color !== (expected ?? UNLABELLED)) wrong.push(`${x},${y}: ${color}`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(taken).toBe(image === name ? pixels : 0);
  }
  if (!painted.has(name)) {
    const mask = await readPicture(join(out, 'masks', `${name}.png`));
    expect(mask.at(shaken!.x, shaken!.y)).toBe(accepted.color);
  }
});
