import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasOf, canvasReady, click, drag, onScreen, saved, type Point } from './support/canvas';
import { projectWithRun } from './support/finished-run';
import { choose, corner, expectPixels, p, pixelsOf, set } from './support/labels';

const [WIDTH, HEIGHT] = [200, 120];
const inDisc = (x: number, y: number): 0 | 1 => (Math.hypot(x - 60, y - 60) < 30 ? 1 : 0);
/** Brightness rises from left to right by a level every two pixels, and jumps in the middle. */
const ramp = (x: number): number => 40 + Math.floor(x / 2) + (x >= 100 ? 40 : 0);
const disc = (x: number, y: number): number => (inDisc(x, y) === 1 ? 200 : 60);

function png(grey: (x: number, y: number) => number): Promise<Buffer> {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => grey(i % WIDTH, Math.floor(i / WIDTH)));
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .png()
    .toBuffer();
}

async function folderOf(folder: string, name: string, grey: (x: number, y: number) => number): Promise<string> {
  const images = join(folder, name);
  mkdirSync(images);
  for (const file of ['one.png', 'two.png']) await sharp(await png(grey)).toFile(join(images, file));
  return images;
}

/** Points on a circle, back to the first one. */
const ring = (x: number, y: number, radius: number): Point[] =>
  Array.from({ length: 25 }, (_, i) => p(x + radius * Math.cos((i / 24) * 2 * Math.PI), y + radius * Math.sin((i / 24) * 2 * Math.PI)));

const withKey = async (page: Page, key: 'Shift' | 'Alt', work: () => Promise<void>): Promise<void> => {
  await page.keyboard.down(key);
  await work();
  await page.keyboard.up(key);
};

/** Waits until another image is on the canvas. */
async function openOther(page: Page, go: () => Promise<void>): Promise<void> {
  const before = await canvasOf(page).getAttribute('data-image');
  await go();
  await expect(canvasOf(page)).not.toHaveAttribute('data-image', before!);
  await canvasReady(page);
}

test('the wand follows a drag and stops at edges, a fill closes gaps, a drawn line becomes a polygon', async ({ launch, folder }) => {
  const { page } = await launch([await folderOf(folder, 'ramp', ramp)]);
  await canvasReady(page);
  await page.keyboard.press('w');
  await set(page, 'Tolerance', 16);
  const start = await onScreen(page, p(10, 60));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 30, start.y, { steps: 5 });
  await page.mouse.up();
  await expectPixels(page, 'background', 64 * HEIGHT); // 26 levels
  await withKey(page, 'Shift', () => click(page, p(80, 60)));
  await expectPixels(page, 'background', 100 * HEIGHT); // and 48 to 99
  await withKey(page, 'Alt', () => click(page, p(10, 60)));
  await expectPixels(page, 'background', (100 - 44) * HEIGHT);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await set(page, 'Tolerance', 255);
  await click(page, p(10, 60));
  await expectPixels(page, 'background', WIDTH * HEIGHT);
  await page.keyboard.press('Control+z');
  await set(page, 'Stop at edges in %', 50);
  await click(page, p(10, 60));
  await expectPixels(page, 'background', 100 * HEIGHT);
  await page.keyboard.press('Control+z');

  await page.getByRole('radio', { name: 'object' }).click();
  await page.getByRole('button', { name: 'Rectangle' }).click();
  await drag(page, [corner(99, 0), corner(102, 50)]);
  await drag(page, [corner(99, 56), corner(102, 120)]);
  await page.getByRole('radio', { name: 'background' }).click();
  await page.keyboard.press('g');
  await click(page, p(20, 60));
  await expectPixels(page, 'background', (WIDTH - 3) * HEIGHT + 3 * 6);
  await page.keyboard.press('Control+z');
  await set(page, 'Close gaps in px', 8);
  await click(page, p(20, 60));
  await expectPixels(page, 'background', 99 * HEIGHT + 3 * 6);

  await page.keyboard.press('p');
  await drag(page, ring(150, 60, 25));
  await expect.poll(async () => Math.abs((await pixelsOf(page, 'background')) - (99 * HEIGHT + 18) - Math.PI * 25 ** 2)).toBeLessThan(60);
  await saved(page);
});

test('labels are copied from the image before, modes are kept, a steadied brush ends at the pointer', async ({ launch, folder }) => {
  const { page } = await launch([await folderOf(folder, 'disc', disc)]);
  await canvasReady(page);
  const copy = page.getByRole('button', { name: 'Copy labels from the image shown before' });
  await expect(copy).toBeDisabled();
  await page.getByRole('button', { name: 'Rectangle' }).click();
  await drag(page, [corner(10, 10), corner(30, 20)]);
  await openOther(page, () => page.keyboard.press('d'));
  await page.getByRole('radio', { name: 'object' }).click();
  await drag(page, [corner(20, 10), corner(40, 20)]);
  await choose(page, 'Mode', 'Only unlabelled');
  await page.keyboard.press('Shift+C');
  await expectPixels(page, 'background', 100);
  await page.keyboard.press('Control+z');
  await choose(page, 'Mode', 'Replace');
  await copy.click();
  await expectPixels(page, 'background', 200);
  await expectPixels(page, 'object', 0);

  await choose(page, 'Mode', 'Preserve others');
  await drag(page, [corner(0, 0), corner(50, 30)]);
  await expectPixels(page, 'object', 50 * 30 - 200);
  await page.keyboard.press('Shift+W');
  await expectPixels(page, 'object', WIDTH * HEIGHT - 200);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');

  await page.getByRole('button', { name: 'Brush' }).click();
  await choose(page, 'Shape', 'Square');
  await set(page, 'Size in px', 5);
  await set(page, 'Steady in %', 80);
  await drag(page, [p(110, 60), p(150, 60)]);
  await expectPixels(page, 'object', 45 * 5);
  await saved(page);
});

test('a polygon is changed until it is finished; regions are filled, grown and smoothed; superpixels are painted over', async ({
  launch,
  folder,
}) => {
  const { page } = await launch([await folderOf(folder, 'disc', disc)]);
  await canvasReady(page);
  await page.keyboard.press('p');
  const square = async (): Promise<void> => {
    for (const at of [corner(120, 20), corner(160, 20), corner(160, 60), corner(120, 60)]) await click(page, at);
  };
  await square();
  await drag(page, [corner(140, 20), corner(140, 10)]);
  await drag(page, [corner(140, 10), corner(140, 0)]);
  await page.keyboard.press('Enter');
  await expect.poll(async () => Math.abs((await pixelsOf(page, 'background')) - (40 * 40 + 20 * 20))).toBeLessThan(20);
  await page.keyboard.press('Control+z');
  await square();
  await drag(page, [corner(140, 20), corner(140, 10)]);
  await withKey(page, 'Alt', () => click(page, corner(140, 10)));
  await page.keyboard.press('Enter');
  await expectPixels(page, 'background', 1600);

  await page.keyboard.press('e');
  await choose(page, 'Shape', 'Square');
  await set(page, 'Size in px', 5);
  await click(page, p(140, 40));
  await expectPixels(page, 'background', 1575);
  await page.keyboard.press('q');
  await click(page, p(125, 25));
  await expectPixels(page, 'background', 1600);
  await choose(page, 'Do', 'Grow');
  await set(page, 'By in px', 1);
  await click(page, p(125, 25));
  await expectPixels(page, 'background', 1600 + 160);
  await choose(page, 'Do', 'Smooth');
  await set(page, 'By in px', 6);
  await click(page, p(125, 25));
  await expect.poll(() => pixelsOf(page, 'background')).toBeLessThan(1760);

  await page.getByRole('radio', { name: 'object' }).click();
  await page.keyboard.press('s');
  await set(page, 'Superpixel in px', 10);
  await expect(page.getByText('computing…')).toBeHidden();
  await click(page, p(45, 60));
  await expect.poll(() => pixelsOf(page, 'object')).toBeGreaterThan(20);
  const one = await pixelsOf(page, 'object');
  await drag(page, [p(45, 60), p(75, 60)]);
  await expect.poll(() => pixelsOf(page, 'object')).toBeGreaterThan(2 * one);
  await saved(page);
});

test('a pen paints as thick as it is pressed, unless told otherwise', async ({ launch, folder }) => {
  const { page } = await launch([await folderOf(folder, 'disc', disc)]);
  await canvasReady(page);
  await page.keyboard.press('b');
  await choose(page, 'Shape', 'Square');
  await set(page, 'Size in px', 10);
  const pen = await page.context().newCDPSession(page);
  const dab = async (at: Point): Promise<void> => {
    const { x, y } = await onScreen(page, at);
    const event = { x, y, button: 'left', pointerType: 'pen', clickCount: 1 } as const;
    await pen.send('Input.dispatchMouseEvent', { ...event, type: 'mousePressed', force: 0.4 });
    await pen.send('Input.dispatchMouseEvent', { ...event, type: 'mouseReleased', force: 0 });
  };
  await dab(corner(60, 60));
  await expectPixels(page, 'background', 16);
  await page.getByRole('checkbox', { name: 'Pen pressure' }).uncheck();
  await dab(corner(120, 60));
  await expectPixels(page, 'background', 116);
});

test('tools that follow a run wait for one, then take over what it predicts and snap to what it sees', async ({ launch, folder }) => {
  const without = await launch([await folderOf(folder, 'none', disc)]);
  await canvasReady(without.page);
  await expect(without.page.getByRole('button', { name: 'Snap' })).toBeDisabled();
  await expect(without.page.getByRole('button', { name: 'Snap' })).toHaveAttribute('title', 'Snap (K): needs a finished run');
  await without.page.keyboard.press('k');
  await expect(canvasOf(without.page)).toHaveAttribute('data-tool', 'brush');
  await without.app.close();

  const pictures = { 'a.png': await png(disc), 'b.png': await png(disc), 'c.png': await png(disc) };
  const project = await projectWithRun(pictures, WIDTH, HEIGHT, inDisc);
  try {
    const { page } = await launch([project.folder]);
    const area = Array.from({ length: WIDTH * HEIGHT }, (_, i) => inDisc(i % WIDTH, Math.floor(i / WIDTH))).filter(Boolean).length;
    await canvasReady(page);
    await openOther(page, () => page.getByRole('option', { name: 'c.png' }).click());
    await page.getByRole('radio', { name: 'object' }).click();
    await page.keyboard.press('k');
    await set(page, 'Size in px', 30);
    await set(page, 'Reach in px', 20);
    await drag(page, [p(50, 55), p(70, 65)]);
    await expect.poll(async () => Math.abs((await pixelsOf(page, 'object')) - area) / area).toBeLessThan(0.05);
    await withKey(page, 'Alt', () => drag(page, [p(50, 55), p(70, 65)]));
    await expect.poll(() => pixelsOf(page, 'object')).toBeLessThan(area * 0.05);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expectPixels(page, 'object', 0);

    await page.keyboard.press('l');
    await expect(page.getByText('reading the prediction…')).toBeHidden();
    await drag(page, ring(60, 60, 45));
    await expectPixels(page, 'object', area);
    await saved(page);
  } finally {
    await project.remove();
  }
});

test('two windows on two projects: each paints and saves its own', async ({ launch, folder }) => {
  const { app, page } = await launch([await folderOf(folder, 'first', disc)]);
  await canvasReady(page);
  const opened = app.waitForEvent('window');
  const images = await folderOf(folder, 'second', ramp);
  const args = [join(__dirname, '..'), images, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  spawn(app.process().spawnfile, args, { env: { ...process.env, ESPALIER_DATA: join(folder, 'data') }, stdio: 'ignore' });
  const other = await opened;
  await canvasReady(other);
  for (const [each, height] of [
    [page, 20],
    [other, 40],
    [page, 30],
  ] as const) {
    await each.bringToFront();
    await each.getByRole('button', { name: 'Rectangle' }).click();
    await drag(each, [corner(10, 10), corner(20, 10 + height)]);
  }
  await saved(page);
  await saved(other);
  await expectPixels(page, 'background', 300);
  await expectPixels(other, 'background', 400);
  await page.keyboard.press('Control+z');
  await expectPixels(page, 'background', 200);
  await expectPixels(other, 'background', 400);
});
