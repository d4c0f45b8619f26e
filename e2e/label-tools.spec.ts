import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasOf, canvasReady, click, drag, onScreen, saved } from './support/canvas';
import { choose, corner, expectPixels, p, set } from './support/labels';

const [WIDTH, HEIGHT] = [200, 120];
const inDisc = (i: number): boolean => Math.hypot((i % WIDTH) - 50, Math.floor(i / WIDTH) - 60) < 30;
const DISC = Array.from({ length: WIDTH * HEIGHT }, (_, i) => i).filter(inDisc).length;

/** A grey ground with a brighter disc in the middle of its left half. */
async function makeImages(folder: string): Promise<string> {
  const images = join(folder, 'images');
  mkdirSync(images);
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (inDisc(i) ? 200 : 60));
  for (const name of ['one', 'two']) {
    await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
      .png()
      .toFile(join(images, `${name}.png`));
  }
  return images;
}

test('every tool paints what it says, and all of it can be undone and done again', async ({ launch, folder }) => {
  const { page } = await launch([await makeImages(folder)]);
  await canvasReady(page);
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  const option = (label: string, value: string): Promise<unknown> =>
    page.getByRole('combobox', { name: label }).selectOption({ label: value });

  await page.getByRole('radio', { name: 'object' }).click();
  await page.getByRole('button', { name: 'Brush' }).click();
  await option('Shape', 'Square');
  await set(page, 'Size in px', 5);
  await drag(page, [p(110, 10), p(120, 10)]);
  await expectPixels(page, 'object', 15 * 5);

  await page.keyboard.down('Shift');
  await click(page, p(120, 20));
  await page.keyboard.up('Shift');
  await expectPixels(page, 'object', 15 * 5 + 5 * 10);

  await press('e');
  await click(page, p(120, 20));
  await expectPixels(page, 'object', 15 * 5 + 5 * 10 - 25);

  await press('r');
  await drag(page, [corner(130, 60), corner(150, 80)]);
  await expectPixels(page, 'object', 100 + 20 * 20);

  await press('o');
  await drag(page, [corner(160, 20), corner(164, 24)]);
  await expectPixels(page, 'object', 500 + 12);

  await press('p');
  for (const at of [corner(130, 90), corner(150, 90), corner(150, 110), corner(130, 110)]) await click(page, at);
  await press('Enter');
  await expectPixels(page, 'object', 512 + 20 * 20);

  await press('p');
  for (const at of [p(10, 5), p(20, 5), p(20, 15)]) await click(page, at);
  await press('Escape');
  await expectPixels(page, 'object', 912);

  await press('1');
  await press('g');
  await click(page, p(140, 70));
  await expectPixels(page, 'object', 512);
  await expectPixels(page, 'background', 400);

  await press('w');
  await click(page, p(50, 60));
  await expectPixels(page, 'background', 400 + DISC);
  await page.keyboard.down('Alt');
  await click(page, p(50, 60));
  await page.keyboard.up('Alt');
  await expectPixels(page, 'background', 400);

  await press('s');
  await expect(page.getByText('computing…')).toBeHidden();
  await click(page, p(50, 60));
  await expect(canvasOf(page)).toHaveAttribute('data-revision', '10');

  await press('q');
  await option('Do', 'Shrink');
  await set(page, 'By in px', 2);
  await click(page, p(140, 70));
  await press('i');
  await click(page, p(140, 100));
  await expect(page.getByRole('radio', { name: 'object' })).toBeChecked();
  await press('x');
  await expect(page.getByRole('radio', { name: 'background' })).toBeChecked();

  await page.getByRole('button', { name: 'Whole image' }).click();
  await expectPixels(page, 'background', 200 * 120);

  for (let step = 0; step < 12; step++) await press('Control+z');
  await expectPixels(page, 'object', 0);
  await expectPixels(page, 'background', 0);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  for (let step = 0; step < 12; step++) await press('Control+y');
  await expectPixels(page, 'background', 200 * 120);
  await saved(page);
});

test('the brush is sized by keys and by dragging, and the status bar follows what lies under a pointer that rests', async ({
  launch,
  folder,
}) => {
  const { page } = await launch([await makeImages(folder)]);
  await canvasReady(page);
  const status = page.getByRole('status', { name: 'Status' });
  const size = page.getByRole('spinbutton', { name: 'Size in px' });
  await size.fill('20');
  await page.keyboard.press('Enter');
  await page.keyboard.press(']');
  await expect(size).toHaveValue('23');
  await page.keyboard.press('[');
  await expect(size).toHaveValue('20');
  // After a choice in a list its arrow keys are its own, and letters are tools.
  const mode = page.getByRole('combobox', { name: 'Mode' });
  await mode.focus();
  await page.keyboard.press('ArrowDown');
  await expect(mode).toHaveValue('preserve');
  await page.keyboard.press('e');
  await expect(canvasOf(page)).toHaveAttribute('data-tool', 'eraser');
  await expect(mode).toHaveValue('preserve');
  await page.keyboard.press('b');
  const [from, to] = [await onScreen(page, p(100, 60)), await onScreen(page, p(110, 60))];
  await page.keyboard.down('Alt');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await expect(size).toHaveValue('30');
  await expectPixels(page, 'background', 0);

  await click(page, p(100, 60));
  await expect(status).toContainText('x 100 y 60 background');
  await page.keyboard.press('Control+z');
  await expect(status).toContainText('x 100 y 60 unlabelled');
  await page.keyboard.press('Control+y');
  await expect(status).toContainText('x 100 y 60 background');
  await page.keyboard.press('d');
  await expect(status).toContainText('x 100 y 60 unlabelled');
});

test('a fill through similar colours follows its tolerance, joined or not', async ({ launch, folder }) => {
  const { page } = await launch([await makeImages(folder)]);
  await canvasReady(page);
  await page.keyboard.press('g');
  await choose(page, 'Through', 'Similar colour');
  await set(page, 'Tolerance', 139);
  await click(page, p(150, 60));
  await expectPixels(page, 'background', WIDTH * HEIGHT - DISC);
  await page.keyboard.press('Control+z');
  await set(page, 'Tolerance', 140);
  await click(page, p(150, 60));
  await expectPixels(page, 'background', WIDTH * HEIGHT);
  await page.keyboard.press('Control+z');

  await set(page, 'Tolerance', 10);
  await page.keyboard.press('r');
  await drag(page, [corner(45, 0), corner(55, 120)]);
  await page.keyboard.press('2');
  await page.keyboard.press('g');
  await choose(page, 'Through', 'Same label');
  await click(page, p(10, 10));
  await expectPixels(page, 'object', 45 * HEIGHT);
  await page.keyboard.press('Control+z');
  await page.getByRole('checkbox', { name: 'Joined only' }).uncheck();
  await click(page, p(10, 10));
  await expectPixels(page, 'object', 190 * HEIGHT);
});

test('zooming keeps the pixel under the pointer, panning moves it, F shows all', async ({ launch, folder }) => {
  const { page } = await launch([await makeImages(folder)]);
  await canvasReady(page);
  const status = page.getByRole('status', { name: 'Status' });
  const fitted = await canvasOf(page).getAttribute('data-scale');
  const place = await onScreen(page, p(150, 90));
  await page.mouse.move(place.x, place.y);
  await page.mouse.wheel(0, -600);
  await expect(canvasOf(page)).not.toHaveAttribute('data-scale', fitted!);
  await page.mouse.move(place.x + 1, place.y);
  await expect(status).toContainText('x 150 y 90');

  await page.keyboard.down('Space');
  await page.mouse.down();
  await page.mouse.move(place.x - 60, place.y - 40, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Space');
  await page.mouse.move(place.x - 60, place.y - 40);
  await expect(status).toContainText('x 150 y 90');
  await expect(canvasOf(page)).toHaveAttribute('data-revision', '0');

  // The wheel's button pans too, whatever the tool.
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(place.x, place.y, { steps: 3 });
  await page.mouse.up({ button: 'middle' });
  await page.mouse.move(place.x + 1, place.y);
  await expect(status).toContainText('x 150 y 90');
  await expect(canvasOf(page)).toHaveAttribute('data-revision', '0');

  await page.keyboard.press('f');
  await expect(canvasOf(page)).toHaveAttribute('data-scale', fitted!);
  // On trackpads a pinch comes as a wheel with Ctrl.
  await page.mouse.move(place.x, place.y);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -60);
  await page.keyboard.up('Control');
  await expect.poll(async () => Number(await canvasOf(page).getAttribute('data-scale'))).toBeGreaterThan(Number(fitted) * 1.5);
  await page.mouse.move(place.x + 1, place.y);
  await expect(status).toContainText('x 150 y 90');
});

test('locks, hiding and merging classes keep their promises', async ({ launch, folder }) => {
  const { page } = await launch([await makeImages(folder)]);
  await canvasReady(page);
  await page.getByRole('button', { name: 'Rectangle' }).click();
  await page.getByRole('radio', { name: 'object' }).click();
  await drag(page, [corner(10, 10), corner(30, 20)]);
  await page.getByRole('button', { name: 'Lock object' }).click();
  await page.keyboard.press('1');
  await drag(page, [corner(0, 0), corner(40, 40)]);
  await expectPixels(page, 'object', 200);
  await expectPixels(page, 'background', 1400);
  await page.getByRole('button', { name: 'Unlock object' }).click();

  await page.getByRole('radio', { name: 'object' }).click();
  await page.getByRole('button', { name: 'Merge or remove object' }).click();
  await expect(page.getByRole('dialog')).toContainText('200 pixels in 1 image have this class.');
  await page.getByRole('combobox', { name: 'Merge them into' }).selectOption({ label: 'background' });
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'object' })).toBeHidden();
  await expectPixels(page, 'background', 1600);
});

test('what was painted survives kill -9 in the middle of the next stroke, with its history', async ({ launch, folder }) => {
  const images = await makeImages(folder);
  const first = await launch([images]);
  await canvasReady(first.page);
  await first.page.getByRole('button', { name: 'Rectangle' }).click();
  await drag(first.page, [corner(10, 10), corner(30, 20)]);
  await drag(first.page, [corner(50, 10), corner(60, 20)]);
  await saved(first.page);
  await first.page.keyboard.press('b');
  const place = await onScreen(first.page, p(100, 60));
  await first.page.mouse.move(place.x, place.y);
  await first.page.mouse.down();
  await first.page.mouse.move(place.x + 40, place.y + 20, { steps: 4 });
  const gone = first.app.waitForEvent('close');
  first.app.process().kill('SIGKILL');
  await gone;

  const { page } = await launch([images]);
  await canvasReady(page);
  await expectPixels(page, 'background', 300);
  await page.keyboard.press('Control+z');
  await expectPixels(page, 'background', 200);
  await page.keyboard.press('Control+z');
  await expectPixels(page, 'background', 0);
  await page.keyboard.press('Control+Shift+z');
  await expectPixels(page, 'background', 200);
});
