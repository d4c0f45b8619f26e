import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasOf, canvasReady, click, drag, onScreen, saved, type Point } from './support/canvas';
import { projectWithRun } from './support/finished-run';
import { expectPixels } from './support/labels';
import { screenAt, seen } from './support/pixels';

const p = (x: number, y: number): Point => ({ x, y });

/** Left half red, right half a blue of a quarter. */
async function makeColours(folder: string): Promise<string> {
  const images = join(folder, 'images');
  mkdirSync(images);
  const data = Uint8Array.from({ length: 400 * 300 * 3 }, (_, i) => {
    const left = Math.floor(i / 3) % 400 < 200;
    return i % 3 === 0 ? (left ? 200 : 0) : i % 3 === 2 && !left ? 64 : 0;
  });
  await sharp(data, { raw: { width: 400, height: 300, channels: 3 } })
    .png()
    .toFile(join(images, 'colours.png'));
  return images;
}

test('channels, inversion and the overview are a key away, and the picture is as it was after a reset', async ({ launch, folder }) => {
  const { page } = await launch([await makeColours(folder)]);
  await canvasReady(page);
  const [left, right] = [p(100, 150), p(300, 150)];
  expect(await seen(page, left)).toEqual([200, 0, 0]);
  await page.keyboard.press('c');
  await expect.poll(() => seen(page, left)).toEqual([200, 200, 200]);
  expect(await seen(page, right)).toEqual([0, 0, 0]);
  for (let press = 0; press < 2; press++) await page.keyboard.press('c');
  await expect.poll(() => seen(page, right)).toEqual([64, 64, 64]);
  await page.keyboard.press('Shift+I');
  await expect.poll(() => seen(page, right)).toEqual([191, 191, 191]);
  await page.getByText('Picture (changed)').click();
  await expect(page.getByRole('combobox', { name: 'Channel' })).toHaveValue('blue');
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect.poll(() => seen(page, left)).toEqual([200, 0, 0]);

  const map = page.getByRole('img', { name: 'Overview of the image' });
  await expect(map).toBeHidden();
  const middle = await onScreen(page, p(200, 150));
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.wheel(0, -1500);
  await expect(map).toBeVisible();
  const box = (await map.boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.5);
  const canvas = (await canvasOf(page).boundingBox())!;
  const centred = await onScreen(page, p(100, 150));
  expect(Math.abs(centred.x - (canvas.x + canvas.width / 2))).toBeLessThan(30);
  const before = Number(await canvasOf(page).getAttribute('data-x'));
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await canvasOf(page).getAttribute('data-x'))).toBeLessThan(before - 20);
  await page.keyboard.press('j');
  await expect(map).toBeHidden();
});

test('brightness, contrast and gamma are sliders, moved by keys and mouse, and change what is seen only', async ({ launch, folder }) => {
  const { page } = await launch([await makeColours(folder)]);
  await canvasReady(page);
  const [left, right] = [p(100, 150), p(300, 150)];
  await page.getByText('Picture', { exact: true }).click();
  const slider = (name: string) => page.getByRole('slider', { name, exact: true });
  const step = async (name: string, key: string, times: number): Promise<void> => {
    await slider(name).focus();
    for (let press = 0; press < times; press++) await page.keyboard.press(key);
  };
  const near = (point: Point, wanted: readonly number[]): Promise<void> =>
    expect(async () => {
      const color = await seen(page, point);
      color.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(2));
    }).toPass();
  const place = await canvasOf(page).getAttribute('data-x');

  await step('Brightness', 'ArrowLeft', 10); // 0.5
  await near(left, [100, 0, 0]);
  await near(right, [0, 0, 32]);
  await page.keyboard.press('Shift+P');
  await near(left, [200, 0, 0]);
  await step('Contrast', 'ArrowLeft', 10); // 0.5, about the middle grey
  await near(left, [164, 64, 64]);
  await near(right, [64, 64, 96]);
  await page.keyboard.press('Shift+P');
  await step('Gamma', 'ArrowRight', 20); // 2
  await near(right, [0, 0, 128]);
  expect(await canvasOf(page).getAttribute('data-x'), 'the keys of a slider do not move the image').toBe(place);

  // The wand takes what the file holds, however it is shown.
  await page.getByRole('button', { name: 'Reset' }).click();
  const box = (await slider('Brightness').boundingBox())!;
  await page.mouse.click(box.x + 2, box.y + box.height / 2);
  await near(left, [40, 0, 0]);
  await page.keyboard.press('w');
  await click(page, left);
  await expectPixels(page, 'background', 200 * 300);
});

test('magnified, the borders of pixels show, unless they are switched off', async ({ launch, folder }) => {
  const { page } = await launch([await makeColours(folder)]);
  await canvasReady(page);
  /** Where pixel 100 begins, in the middle of its height. */
  const border = async (): Promise<number[]> => {
    const [canvas, middle] = [(await canvasOf(page).boundingBox())!, await onScreen(page, p(100, 150))];
    const [x, scale] = await Promise.all(['data-x', 'data-scale'].map(async (name) => Number(await canvasOf(page).getAttribute(name))));
    return screenAt(page, { x: canvas.x + Math.round(x! + 100 * scale!), y: middle.y });
  };
  /** A line of a middle grey, 30 % of it, lies over 200, 0, 0. */
  const marked = async (): Promise<boolean> => (await border()).every((value, i) => Math.abs(value - [178, 38, 38][i]!) <= 1);
  expect(await border()).toEqual([200, 0, 0]);
  const at = await onScreen(page, p(100, 150));
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -1600);
  await expect.poll(async () => Number(await canvasOf(page).getAttribute('data-scale'))).toBeGreaterThan(12);
  await expect.poll(marked).toBe(true);
  expect(await seen(page, p(100, 150))).toEqual([200, 0, 0]);
  await page.keyboard.press('#');
  await expect.poll(border).toEqual([200, 0, 0]);
  await page.getByRole('checkbox', { name: 'Pixel grid when magnified' }).check();
  await expect.poll(marked).toBe(true);
});

test('a look that was set is there again at the next start', async ({ launch, folder }) => {
  const images = await makeColours(folder);
  const first = await launch([images]);
  await canvasReady(first.page);
  for (let press = 0; press < 2; press++) await first.page.keyboard.press(',');
  await first.page.keyboard.press('Shift+O');
  await expect(first.page.getByRole('spinbutton', { name: 'Opacity in %' })).toHaveValue('30');
  // Preferences reach the disk when the window closes.
  await first.app.close();
  const { page } = await launch([images]);
  await canvasReady(page);
  await expect(page.getByRole('spinbutton', { name: 'Opacity in %' })).toHaveValue('30');
  await expect(page.getByRole('checkbox', { name: 'Outlines' })).not.toBeChecked();
});

test('16-bit samples are shown with the black and white asked for', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  const samples = Uint16Array.from({ length: 200 * 100 }, (_, i) => 1000 + (i % 200) * 100);
  await sharp(samples, { raw: { width: 200, height: 100, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(join(images, 'deep.png'));
  const { page } = await launch([images]);
  await canvasReady(page);
  const dark = (await seen(page, p(10, 50)))[0]!;
  expect(dark).toBeLessThan(30);
  await page.getByText('Picture', { exact: true }).click();
  const white = page.getByRole('spinbutton', { name: 'White at' });
  await expect(white).toBeVisible();
  await white.fill('3000');
  await white.press('Tab');
  await expect.poll(async () => (await seen(page, p(10, 50)))[0]!).toBeGreaterThan(100);
  await expect.poll(async () => (await seen(page, p(60, 50)))[0]!).toBe(255);
});

test('an image too large to be decoded whole is shown from tiles, sharp where magnified, and painted like any other', async ({
  launch,
  folder,
}) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  const small = Uint8Array.from({ length: 60 * 60 * 3 }, (_, i) => ((Math.floor(i / 3) % 60) * 4 + (i % 3)) & 255);
  await sharp(small, { raw: { width: 60, height: 60, channels: 3 } })
    .resize(6000, 6000, { kernel: 'nearest' })
    .png({ compressionLevel: 1 })
    .toFile(join(images, 'large.png'));
  const { page } = await launch([images]);
  await canvasReady(page);
  const whole = await seen(page, p(3050, 3000));
  expect(Math.abs(whole[0]! - 30 * 4)).toBeLessThanOrEqual(4);
  await page.keyboard.press('0');
  await expect.poll(() => seen(page, p(3050, 3000))).toEqual([120, 121, 122]);
  await expect.poll(() => seen(page, p(3101, 3000))).toEqual([124, 125, 126]);
  await page.getByRole('button', { name: 'Rectangle' }).click();
  await drag(page, [p(2999.5, 2999.5), p(3099.5, 3049.5)]);
  const row = page.getByRole('radiogroup', { name: 'Class to paint with' });
  await expect(row.getByText('background: 5,000 pixels of this image')).toHaveCount(1);
  // A column of the picture has one colour: the wand finds it in the whole image, far out of view.
  await page.getByRole('radio', { name: 'object' }).click();
  await page.keyboard.press('w');
  await page.getByRole('spinbutton', { name: 'Tolerance' }).fill('1');
  await page.keyboard.press('Tab');
  await expect(async () => {
    await click(page, p(3250, 3000));
    await expect(row.getByText('object: 600,000 pixels of this image')).toHaveCount(1, { timeout: 2000 });
  }).toPass();
  await saved(page);
});

test('beyond 100 megapixels the wand takes what is around the pointer, wherever that rests', async ({ launch, folder }) => {
  test.slow();
  const images = join(folder, 'images');
  mkdirSync(images);
  const columns = Uint8Array.from({ length: 200 * 51 }, (_, i) => ((i % 200) * 4) & 255);
  await sharp(columns, { raw: { width: 200, height: 51, channels: 1 } })
    .resize(20_000, 5100, { kernel: 'nearest' })
    .png({ compressionLevel: 1 })
    .toFile(join(images, 'huge.png'));
  const { page } = await launch([images]);
  await canvasReady(page);
  const row = page.getByRole('radiogroup', { name: 'Class to paint with' });
  /** Clicks until the wand has spread over a column of 100 pixels, as high as the window of known colours. */
  const take = (x: number, pixels: string): Promise<void> =>
    expect(async () => {
      await click(page, p(x, 2550));
      await expect(row.getByText(`background: ${pixels} pixels of this image`)).toHaveCount(1, { timeout: 2000 });
    }).toPass();
  await page.keyboard.press('w');
  await page.getByRole('spinbutton', { name: 'Tolerance' }).fill('1');
  await page.keyboard.press('Tab');
  await take(10_250, '204,800');
  await expect(page.getByText('within 1,024 px of the pointer')).toBeVisible();
  await take(18_250, '409,600');
  await saved(page);
});

test('without a run the place beside the picture says how to get a prediction', async ({ launch, folder }) => {
  const { page } = await launch([await makeColours(folder)]);
  await canvasReady(page);
  await page.keyboard.press('\\');
  await expect(page.getByRole('region', { name: 'Prediction' })).toContainText('train one');
  await page.getByRole('checkbox', { name: 'Prediction beside it' }).uncheck();
  await expect(page.getByRole('region', { name: 'Prediction' })).toBeHidden();
});

test('with a run its prediction is beside the picture and moves with it', async ({ launch }) => {
  const picture = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#404040' } })
    .png()
    .toBuffer();
  const project = await projectWithRun({ 'a.png': picture, 'b.png': picture }, 200, 100, (x) => (x >= 100 ? 1 : 0));
  try {
    const { page } = await launch([project.folder]);
    await canvasReady(page);
    await page.keyboard.press('\\');
    const beside = page.getByRole('region', { name: 'Prediction of run 1' });
    const left = (await canvasOf(page).boundingBox())!;
    const right = (await beside.boundingBox())!;
    const besideOf = async (point: Point): Promise<number[]> => {
      const { x, y } = await onScreen(page, point);
      const clip = { x: Math.floor(x - left.x + right.x), y: Math.floor(y), width: 1, height: 1 };
      return [
        ...(await sharp(await page.screenshot({ clip }))
          .removeAlpha()
          .raw()
          .toBuffer()),
      ];
    };
    // Half the class's dark red over the picture's grey, and half its black.
    await expect.poll(() => besideOf(p(150, 50))).toEqual([96, 32, 32]);
    expect(await besideOf(p(50, 50))).toEqual([32, 32, 32]);
    expect(await seen(page, p(150, 50))).toEqual([64, 64, 64]);
    await page.mouse.move(right.x + right.width / 2, right.y + right.height / 2);
    await page.mouse.wheel(0, -700);
    await expect.poll(() => besideOf(p(101, 50))).toEqual([96, 32, 32]);
    expect(await besideOf(p(98, 50))).toEqual([32, 32, 32]);
  } finally {
    await project.remove();
  }
});

test('a pen paints with its pressure, and two fingers move the image without painting', async ({ launch, folder }) => {
  const { page } = await launch([await makeColours(folder)]);
  await canvasReady(page);
  await page.keyboard.press('b');
  await page.getByRole('spinbutton', { name: 'Size in px' }).fill('40');
  await page.keyboard.press('Tab');
  const session = await page.context().newCDPSession(page);
  const dab = async (at: Point, force: number): Promise<void> => {
    const { x, y } = await onScreen(page, at);
    const pen = { x, y, force, pointerType: 'pen', button: 'left', clickCount: 1 } as const;
    await session.send('Input.dispatchMouseEvent', { type: 'mousePressed', buttons: 1, ...pen });
    await session.send('Input.dispatchMouseEvent', { type: 'mouseReleased', buttons: 0, ...pen });
  };
  const painted = async (): Promise<number> => {
    await saved(page);
    const text = await page.getByText(/background: [\d,]+ pixels of this image/).textContent();
    return Number(/([\d,]+) pixels of this/.exec(text!)![1]!.replaceAll(',', ''));
  };
  await dab(p(60, 60), 0.9);
  const hard = await painted();
  expect(hard).toBeGreaterThan(700);
  await dab(p(160, 60), 0.3);
  const soft = (await painted()) - hard;
  expect(soft).toBeGreaterThan(0);
  expect(soft).toBeLessThan(hard / 2);

  const scale = Number(await canvasOf(page).getAttribute('data-scale'));
  const { x, y } = await onScreen(page, p(200, 150));
  const fingers = (apart: number) => [
    { x: x - apart, y, id: 1 },
    { x: x + apart, y, id: 2 },
  ];
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(40) });
  for (const apart of [60, 90, 120]) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect.poll(async () => Number(await canvasOf(page).getAttribute('data-scale'))).toBeGreaterThan(scale * 2);
  expect(await painted()).toBe(hard + soft);
});
