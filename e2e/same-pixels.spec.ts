import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Page } from '@playwright/test';
import sharp, { type Sharp } from 'sharp';
import { decodeRgb } from '../src/main/media/decode';
import { CONTAINERS, orientedFile, storedPixels, upright } from '../src/main/media/test-orientation';
import { expect, test } from './support/app';
import { canvasOf } from './support/canvas';

const [WIDTH, HEIGHT] = [24, 16];
const samples = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37) % 251);
const picture = (): Sharp => sharp(samples, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue, row-major. */
  readonly data: Uint8Array;
}

/** What is drawn of the image that is shown, at the centre of each of its pixels. */
async function drawnPixels(page: Page, { width, height }: Pixels): Promise<Buffer> {
  const canvas = canvasOf(page);
  await expect(canvas).toHaveAttribute('data-ready', 'true');
  const colours = await canvas.evaluate(
    async (element: HTMLElement, [columns, rows]) => {
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      const [scale, left, top] = [element.dataset.scale, element.dataset.x, element.dataset.y].map(Number) as [number, number, number];
      const layer = element.querySelector('canvas')!;
      const ratio = layer.width / layer.getBoundingClientRect().width;
      const { data } = layer.getContext('2d')!.getImageData(0, 0, layer.width, layer.height);
      const values: number[] = [];
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const at = (Math.floor((top + (y + 0.5) * scale) * ratio) * layer.width + Math.floor((left + (x + 0.5) * scale) * ratio)) * 4;
          values.push(data[at]!, data[at + 1]!, data[at + 2]!);
        }
      }
      return values;
    },
    [width, height] as const,
  );
  return Buffer.from(colours);
}

/** Each picture in the window, one after the other, against what is learnt from, and against what its maker says it is. */
async function compare(page: Page, images: string, wanted: ReadonlyMap<string, Pixels | null>): Promise<void> {
  const canvas = canvasOf(page);
  const shown = page.locator('[role=option][aria-selected=true]');
  const left = new Set(wanted.keys());
  for (;;) {
    await expect(canvas).toHaveAttribute('data-ready', 'true');
    const name = (await shown.getAttribute('aria-label'))!;
    const truth = wanted.get(name);
    const learnt = await decodeRgb(join(images, name));
    if (truth) expect([name, learnt.width, learnt.height, ...learnt.data]).toEqual([name, truth.width, truth.height, ...truth.data]);
    expect([name, ...(await drawnPixels(page, learnt))]).toEqual([name, ...learnt.data]);
    left.delete(name);
    if (left.size === 0) return;
    const before = (await canvas.getAttribute('data-image'))!;
    await page.keyboard.press('d');
    await expect(canvas).not.toHaveAttribute('data-image', before);
  }
}

test('an image lies in the window as its labels do, whichever of the eight ways it is turned', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  const wanted = new Map<string, Pixels>();
  for (const container of CONTAINERS) {
    for (let orientation = 1; orientation <= 8; orientation++) {
      // What a browser reads of the one and not of the other: the eight of each container are of both kinds.
      const as = (orientation + CONTAINERS.indexOf(container)) % 2 === 0 ? 'LONG' : 'SHORT';
      const file = await orientedFile(picture(), container, orientation, as);
      const name = `${container}-${orientation}-${as}.${container}`;
      writeFileSync(join(images, name), file);
      wanted.set(name, upright(await storedPixels(file), WIDTH, HEIGHT, orientation));
    }
  }
  const { page } = await launch([images]);
  await compare(page, images, wanted);
});

/** A PNG that says its samples are linear light, so that a browser would lighten it. */
async function withGamma(): Promise<Buffer> {
  const png = await picture().png().toBuffer();
  const chunk = Buffer.alloc(16);
  chunk.writeUInt32BE(4);
  chunk.write('gAMA', 4, 'latin1');
  chunk.writeUInt32BE(100_000, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 12)), 12);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

test('an image has the colours that are learnt from, whatever its file says of colour', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  const grey16 = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => 900 + i * 11);
  const deep = () => sharp(grey16, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).toColourspace('grey16');
  const files: Record<string, Buffer> = {
    'cmyk.jpg': await picture().toColourspace('cmyk').jpeg({ quality: 90 }).toBuffer(),
    'cmyk.tif': await picture().toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer(),
    'gamma.png': await withGamma(),
    'grey.jpg': await picture().greyscale().jpeg().toBuffer(),
    'grey.png': await picture().greyscale().png().toBuffer(),
    'grey16.png': await deep().png().toBuffer(),
    'grey16.tif': await deep().tiff({ compression: 'deflate' }).toBuffer(),
    'halved.jpg': await picture().jpeg({ quality: 60, chromaSubsampling: '4:2:0' }).toBuffer(),
    'p3.jpg': await picture().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
    'p3.png': await picture().withIccProfile('p3').png().toBuffer(),
    'p3.webp': await picture().withIccProfile('p3').webp({ lossless: true }).toBuffer(),
    'palette.png': await picture().png({ palette: true }).toBuffer(),
    'rgb16.png': await picture().toColourspace('rgb16').png().toBuffer(),
    'through.png': await picture().ensureAlpha(0.5).png().toBuffer(),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(images, name), content);
  const { page } = await launch([images]);
  await compare(page, images, new Map(Object.keys(files).map((name) => [name, null])));
});

test('a picture that a stranger has put where thumbnails are kept never reaches the decoders of the window', async ({ launch, folder }) => {
  const images = join(folder, 'images');
  mkdirSync(images);
  writeFileSync(join(images, 'a.jpg'), await picture().jpeg().toBuffer());
  const { page } = await launch([images]);
  await expect(canvasOf(page)).toHaveAttribute('data-ready', 'true');
  const heads = await page.evaluate(async () => {
    const head = async (url: string): Promise<string> => {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      return String.fromCharCode(...bytes.subarray(0, 2));
    };
    return Promise.all(['image/1', 'thumbnail/1', 'tile/1/0/0/0'].map(head));
  });
  expect(heads).toEqual(['BM', 'BM', 'BM']);
});
