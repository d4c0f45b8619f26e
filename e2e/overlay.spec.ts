import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './support/app';
import { canvasReady, drag } from './support/canvas';
import { corner, expectPixels, p, set } from './support/labels';
import { seen } from './support/pixels';

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
