import sharp from 'sharp';
import { colorOf } from '../src/renderer/canvas/colormap';
import { expect, test } from './support/app';
import { canvasOf, canvasReady, click, onScreen } from './support/canvas';
import { finishRun, projectWithRun } from './support/finished-run';
import { choose, p } from './support/labels';
import { screenAt, seen } from './support/pixels';
import { resize } from './support/resize';
import { keepScreenshots } from './support/screenshots';

const [WIDTH, HEIGHT] = [200, 120];
const GREY = 112;
/** Of a value map, as it lies over the picture. */
const shade = (value: number): number[] => {
  const rgb = parseInt(colorOf(value).slice(1), 16);
  return [16, 8, 0].map((shift) => Math.round(((rgb >> shift) & 255) * 0.9 + GREY * 0.1));
};
/** Confident left of 50, less and less so to the right. */
const confidence = (x: number): number => (x < 50 ? 255 : 255 - x);

test('maps show each value in the colours of the legend, a pixel is pinned with all of them, and runs are compared at a line and by a key', async ({
  launch,
}) => {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: { r: GREY, g: GREY, b: GREY } } })
    .png()
    .toBuffer();
  const library = await projectWithRun({ 'a.png': picture, 'b.png': picture }, WIDTH, HEIGHT, (x) => (x >= 160 ? 1 : 0));
  await library.open();
  await finishRun(library, WIDTH, HEIGHT, (x) => (x >= 100 ? 1 : 0), undefined, confidence);
  await library.call('project.close', null);
  const { app, page } = await launch([library.folder]);
  await canvasReady(page);
  await resize(app, page, 1280, 720, 1);
  await page.getByRole('tab', { name: 'Review' }).click();
  await canvasReady(page);
  const show = page.getByRole('combobox', { name: 'Show' });
  await page.keyboard.press('Shift+Z');
  await expect(show).toHaveValue('confidence');
  const near = (at: () => Promise<number[]>, wanted: readonly number[]): Promise<void> =>
    expect(async () => (await at()).forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(2))).toPass();
  for (const x of [25, 60, 120, 190]) await near(() => seen(page, p(x, 60)), shade(confidence(x) / 255));
  // What is kept ends where the confidence falls below the threshold, and there is the line.
  const edge = Array.from({ length: WIDTH }, (_, x) => x)
    .filter((x) => confidence(x) / 255 >= 0.7)
    .at(-1)!;
  const beside = await onScreen(page, p(edge, 60));
  const scale = Number(await canvasOf(page).getAttribute('data-scale'));
  await near(() => screenAt(page, { x: Math.ceil(beside.x + scale / 2 - 0.5) - 1, y: beside.y }), [255, 255, 255]);
  const legend = page.getByRole('figure', { name: 'Legend of the map' });
  const mean = Array.from({ length: WIDTH }, (_, x) => (Math.min(39, Math.floor((confidence(x) / 255) * 40)) + 0.5) / 40 / WIDTH).reduce(
    (a, b) => a + b,
  );
  await expect(legend).toContainText(`confidence p̃, mean ${mean.toFixed(2)}`);

  // Moved thresholds say at once what they change.
  const kept = (gamma: number): number =>
    Math.round((100 * Array.from({ length: WIDTH }, (_, x) => x).filter((x) => confidence(x) / 255 >= gamma).length) / WIDTH);
  await page.getByRole('slider', { name: 'Threshold' }).fill('0.5');
  await expect(page.getByRole('status', { name: 'What the thresholds change' })).toHaveText(
    new RegExp(`Here ${kept(0.5)} % of this image counts as sure; at the run’s own thresholds\\s+${kept(0.7)} %`),
  );
  await page.getByRole('button', { name: 'Back to those' }).click();
  await expect(page.getByRole('status', { name: 'What the thresholds change' })).toHaveCount(0);

  await click(page, p(120, 60));
  const pinned = page.getByRole('region', { name: 'Pinned pixel' });
  await expect(pinned).toContainText('x 120 y 60');
  await expect(pinned).toContainText(new RegExp(`confidence p̃\\s*${(confidence(120) / 255).toFixed(3)}`));
  await expect(pinned).toContainText(/predicted\s*object, unsure/);
  await expect(pinned).toContainText(/run 1\s*background/);
  await expect(pinned).toContainText(/labelled\s*nothing/);
  await keepScreenshots(page, 'review-map');
  await page.keyboard.press('Shift+Z');
  await expect(show).toHaveValue('change');
  const row = (name: string) =>
    page.getByRole('region', { name: 'Classes of the overlay' }).getByRole('listitem').filter({ hasText: name });
  await expect(row('background')).toContainText((60 * HEIGHT).toLocaleString('en'));
  await page.getByRole('button', { name: 'Unpin the pixel' }).click();

  // The colours of classes at half their strength; object is maroon.
  await choose(page, 'Show', 'Prediction');
  const [background, object] = [
    [GREY / 2, GREY / 2, GREY / 2],
    [Math.round((GREY + 128) / 2), GREY / 2, GREY / 2],
  ];
  await near(() => seen(page, p(130, 60)), object);
  await canvasOf(page).focus();
  await page.keyboard.down("'");
  await near(() => seen(page, p(130, 60)), background);
  await page.keyboard.up("'");
  await near(() => seen(page, p(130, 60)), object);
  await page.keyboard.press('|');
  const line = page.getByRole('separator', { name: 'Line of the comparison' });
  await line.focus();
  // Some steps to the right of the middle of the canvas, where the 100th column is.
  await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
  await near(() => seen(page, p(108, 60)), background);
  await near(() => seen(page, p(155, 60)), object);
  await keepScreenshots(page, 'review-split');
  await page.getByRole('combobox', { name: 'Compared in place with' }).selectOption({ label: 'labels' });
  await near(() => seen(page, p(108, 60)), [GREY, GREY, GREY]);
  await page.keyboard.press('|');
  await expect(line).toHaveCount(0);
  await library.remove();
});
