import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { TestLibrary } from '../src/main/library/testing/library';
import { expect, inTerminal, test } from './support/app';
import { canvasReady } from './support/canvas';
import { finishRun, projectWithRun } from './support/finished-run';
import { resize } from './support/resize';
import { keepScreenshots } from './support/screenshots';

const [WIDTH, HEIGHT] = [160, 120];
const PIXELS = WIDTH * HEIGHT;
/** The second run sees the object begin further left in every image with a larger number. */
const edge = (name: string): number => 80 - 8 * Number(/\d+/.exec(name)![0]);
const first = (x: number) => (x >= 80 ? 1 : 0);
const second = (x: number, _: number, name: string) => (x >= edge(name) ? 1 : 0);

/** Six images, the first two labelled with ten pixels each; two runs; then the fifth labelled whole, as the first run sees it, but for its first row. */
async function project(): Promise<TestLibrary> {
  const picture = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#707070' } })
    .png()
    .toBuffer();
  const names = Array.from({ length: 6 }, (_, i) => `image${i + 1}.png`);
  const library = await projectWithRun(Object.fromEntries(names.map((name) => [name, picture])), WIDTH, HEIGHT, first);
  await library.open();
  await finishRun(library, WIDTH, HEIGHT, second);
  const labels = Uint8Array.from({ length: PIXELS }, (_, i) => (i < WIDTH ? 1 : first(i % WIDTH)));
  await library.paint('image5.png', labels);
  await library.call('project.close', null);
  return library;
}

test('two runs are compared on what they predict and on labels, down to the images; a run is noted on and removed', async ({
  launch,
  folder,
}) => {
  const library = await project();
  const told = inTerminal(join(folder, 'data'), ['compare', library.folder, '--run', 'run-0002', '--with', 'run-0001', '--changed', '1']);
  expect(told).toContain('They predict 17.5 % of the pixels otherwise, over 6 images.');
  expect(told).toMatch(/On labels of 1 images that neither learnt from, IoU:\nclass +run-0002 +run-0001\nbackground +49.8 +99.2\n/);
  expect(told).toContain('30.0  image6.png');
  const { app, page } = await launch([library.folder]);
  await canvasReady(page);
  await resize(app, page, 1280, 720, 1);
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.keyboard.press('Shift+R');
  const table = page.getByRole('table', { name: 'Runs' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(table.getByRole('row', { name: /Run 2 finished/ })).toContainText(/\d kB/);
  const note = page.getByRole('textbox', { name: 'Note on run 2' });
  await note.fill('sees objects too wide');
  await note.press('Tab');
  await page.getByRole('checkbox', { name: 'Compare run 1' }).check();
  await page.getByRole('checkbox', { name: 'Compare run 2' }).check();
  const compared = page.getByRole('region', { name: 'Runs compared' });
  // 8 · (1 + … + 6) of 6 · 160 columns.
  await expect(compared).toContainText(`They predict ${Math.round((100 * 8 * 21) / (6 * WIDTH))} % of the pixels otherwise, over 6 images`);

  // Of the fifth image, which neither has learnt from: the first row is labelled as object whatever is predicted there.
  const rows = HEIGHT - 1;
  const iou = (both: number, either: number): string => `${((100 * both) / either).toFixed(1)} %`;
  const left = edge('5');
  const overlap = page.getByRole('table', { name: 'Overlap by class' });
  await expect(page.getByRole('combobox', { name: 'Labels compared with' })).toHaveValue('unseen');
  await expect(overlap.getByRole('row', { name: /^background/ })).toContainText(
    `${iou(80 * rows, 80 * HEIGHT)}${iou(left * rows, 80 * rows + left)}`,
  );
  await expect(overlap.getByRole('row', { name: /^object/ })).toContainText(
    `${iou(80 * rows + 80, 80 * rows + WIDTH)}${iou(80 * rows + WIDTH - left, (WIDTH - left) * rows + WIDTH)}`,
  );
  await keepScreenshots(page, 'runs-compared');

  const confusion = page.getByRole('table', { name: 'Confusion of run 2' });
  const wrong = (80 - left) * rows;
  await confusion
    .getByRole('button', { name: `Images labelled background, predicted object: ${wrong.toLocaleString('en')} pixels` })
    .click();
  const strip = page.getByRole('listbox', { name: 'Images' });
  await expect(strip.getByRole('option')).toHaveCount(1);
  await expect(page.getByRole('option', { name: 'image5.png', selected: true })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Show' })).toHaveValue('difference');
  await expect(page.getByText('1 image: background seen as object')).toBeVisible();
  await expect(page.getByRole('status', { name: 'Why this image' })).toContainText(
    `the run contradicts ${(wrong + left).toLocaleString('en')} labelled pixels`,
  );
  await keepScreenshots(page, 'review-cell');

  await page.getByRole('tab', { name: 'Train' }).click();
  await compared.getByRole('button', { name: 'Images that changed most' }).click();
  await expect(strip.getByRole('option')).toHaveCount(6);
  await expect(strip.getByRole('option').first()).toHaveAttribute('aria-label', 'image6.png');
  await expect(page.getByRole('status', { name: 'Why this image' })).toContainText('the other run predicts 30 % of it otherwise');
  const over = page.getByRole('spinbutton', { name: 'Changed by more than, in per cent' });
  await over.fill('15');
  await over.press('Tab');
  await expect(strip.getByRole('option')).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Predictions of' }).selectOption('run-0001');
  await expect(strip.getByRole('option')).toHaveCount(6);
  await page.getByRole('combobox', { name: 'Sort images' }).selectOption({ label: 'Most disputed' });
  await expect(strip.getByRole('option').first()).toHaveAttribute('aria-label', 'image5.png');
  await strip.getByRole('option').first().click();
  await expect(page.getByRole('status', { name: 'Why this image' })).toContainText('the run contradicts 80 labelled pixels');

  await page.getByRole('tab', { name: 'Train' }).click();
  await expect(note).toHaveValue('sees objects too wide');
  await page.getByRole('button', { name: 'Remove run 1' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove run 1' });
  await expect(dialog).toContainText('6 predictions go');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(table.getByRole('row')).toHaveCount(2);
  expect(existsSync(join(library.folder, '.espalier/runs/run-0001'))).toBe(false);
  await library.remove();
});
