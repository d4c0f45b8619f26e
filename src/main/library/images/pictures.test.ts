import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { readBitmap, type Bitmap } from '@shared/bitmap';
import { isTiled, TILE, type SampleRange } from '@shared/picture';
import type { ParamsOf } from '@shared/protocol';
import { decodeBmp } from '../../media/bmp';
import { decodeRgb } from '../../media/decode';
import { orientedFile } from '../../media/test-orientation';
import { TestLibrary } from '../testing/library';
import { boundPyramids } from './pyramid-budget';

let test: TestLibrary;
afterEach(() => test.remove());

/** What the window gets, put together. */
async function received<M extends 'images.picture' | 'images.tile'>(method: M, params: ParamsOf<M>): Promise<Bitmap> {
  const parts: Uint8Array[] = [];
  await test.call(method, params, { onProgress: (part) => parts.push(part as Uint8Array) });
  const whole = Buffer.concat(parts);
  const file = new Uint8Array(whole).buffer;
  const bitmap = readBitmap(file);
  // What a browser makes of it is what ours does.
  const decoded = decodeBmp(whole);
  expect([decoded.width, decoded.height]).toEqual([bitmap.width, bitmap.height]);
  expect(rgbOf(bitmap).equals(decoded.data)).toBe(true);
  return bitmap;
}

const shown = (id: number, range: SampleRange | null = null) => received('images.picture', { id, kind: 'display', range });
const thumbnail = (id: number) => received('images.picture', { id, kind: 'thumbnail', range: null });

/** The colours without the fourth byte, which is 255 everywhere. */
function rgbOf({ data }: Bitmap): Buffer {
  expect(data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  return Buffer.from(data.filter((_, i) => i % 4 !== 3));
}

/** A library that has indexed the given files. */
async function indexed(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  test = await TestLibrary.create();
  for (const [name, content] of Object.entries(files)) await test.write(name, content);
  await test.open(['a']);
  await test.call('project.index', null);
}

const copies = (kind: string): Promise<string[]> => readdir(join(test.folder, '.espalier', kind, '0'));

describe('the picture that is shown', () => {
  it('has the pixels that are learnt from, whatever the file says of orientation and colour', async () => {
    const samples = Uint8Array.from({ length: 40 * 24 * 3 }, (_, i) => (i * 37) % 251);
    const picture = () => sharp(samples, { raw: { width: 40, height: 24, channels: 3 } });
    const files = {
      'cmyk.jpg': await picture().toColourspace('cmyk').jpeg().toBuffer(),
      'deep.tif': await picture().toColourspace('rgb16').tiff().toBuffer(),
      'grey.png': await picture().greyscale().png().toBuffer(),
      'halved.jpg': await picture().jpeg({ quality: 70, chromaSubsampling: '4:2:0' }).toBuffer(),
      'long.jpg': await orientedFile(picture(), 'jpeg', 8, 'LONG'),
      'p3.png': await picture().withIccProfile('p3').png().toBuffer(),
      'turned.png': await orientedFile(picture(), 'png', 6, 'SHORT'),
    };
    await indexed(files);
    for (const name of Object.keys(files)) {
      const bitmap = await shown(await test.id(name));
      const learnt = await decodeRgb(join(test.folder, name));
      expect([name, bitmap.width, bitmap.height]).toEqual([name, learnt.width, learnt.height]);
      expect(rgbOf(bitmap).equals(learnt.data)).toBe(true);
    }
    expect(await shown(await test.id('long.jpg'))).toMatchObject({ width: 24, height: 40 });
  });

  it('is a small thumbnail in lists, kept, and made anew when the file changes or the copy is damaged', async () => {
    test = await TestLibrary.project({ 'a.png': [600, 300] });
    expect(await thumbnail(1)).toMatchObject({ width: 256, height: 128 });
    const [first] = await copies('thumbnails');
    const file = join(test.folder, '.espalier/thumbnails/0', first!);
    const kept = await readFile(file);
    await writeFile(file, kept.subarray(0, kept.length / 2));
    expect(await thumbnail(1)).toMatchObject({ width: 256, height: 128 });
    expect(await readFile(file)).toEqual(kept);
    await test.picture('a.png', 300, 600);
    await test.call('project.index', null);
    expect(await thumbnail(1)).toMatchObject({ width: 128, height: 256 });
    expect(await copies('thumbnails')).toHaveLength(1);
    expect(await copies('thumbnails')).not.toContain(first);
  });

  it('shows the range of 16-bit samples asked for', async () => {
    const samples = Uint16Array.from({ length: 40 * 25 }, (_, i) => 1000 + i);
    const deep = sharp(samples, { raw: { width: 40, height: 25, channels: 1 } }).toColourspace('grey16');
    test = await TestLibrary.create();
    await test.write('deep.png', await deep.png().toBuffer());
    await test.picture('plain.png', 8, 8);
    await test.open(['a']);
    await test.call('project.index', null);
    const [id, plain] = [await test.id('deep.png'), await test.id('plain.png')];
    const extent = await test.call('images.samples', { id });
    expect(extent).toMatchObject({ min: 1000, max: 1999 });
    expect(extent!.range.black).toBeCloseTo(1001, 0);
    expect(await test.call('images.samples', { id: plain })).toBeNull();
    const range = { black: 1500, white: 1755 };
    const { data } = await shown(id, range);
    expect([0, 500, 600, 755, 999].map((at) => data[at * 4])).toEqual([0, 0, 100, 255, 255]);
    expect(rgbOf(await shown(plain, range)).equals((await decodeRgb(join(test.folder, 'plain.png'))).data)).toBe(true);
    await expect(shown(id, { black: 2, white: 1 })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('never comes from outside the project', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4], 'sub/b.png': [4, 4] });
    const id = await test.id('sub/b.png');
    await mkdir(`${test.folder}-elsewhere`);
    await writeFile(join(`${test.folder}-elsewhere`, 'b.png'), await readFile(join(test.folder, 'a.png')));
    await rm(join(test.folder, 'sub'), { recursive: true });
    await symlink(`${test.folder}-elsewhere`, join(test.folder, 'sub'));
    await expect(shown(id)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    await rm(`${test.folder}-elsewhere`, { recursive: true });
  });

  it('that turns out damaged is marked', async () => {
    test = await TestLibrary.project({ 'a.png': [90, 90] });
    const whole = await readFile(join(test.folder, 'a.png'));
    whole.fill(7, 2000, 2400);
    await writeFile(join(test.folder, 'a.png'), whole);
    await expect(thumbnail(1)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    expect(await test.call('images.get', { id: 1, runId: null })).toMatchObject({ status: 'unreadable' });
  });
});

describe('the tiles of a large picture', () => {
  it('put together are the pixels that are learnt from, JPEG too, and its halves', async () => {
    const [width, height] = [1100, 700];
    expect(isTiled(width, height)).toBe(false); // Tiles are of any image; a window asks for those of large ones.
    const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
    const picture = sharp(noise, { raw: { width, height, channels: 3 } });
    await indexed({ 'a.jpg': await picture.jpeg({ quality: 80 }).toBuffer() });
    const learnt = await decodeRgb(join(test.folder, 'a.jpg'));
    for (const [x, y] of [
      [0, 0],
      [2, 1],
    ] as const) {
      const tile = await received('images.tile', { id: 1, level: 0, x, y, range: null });
      expect([tile.width, tile.height]).toEqual([x === 2 ? 76 : TILE, y === 1 ? 188 : TILE]);
      const colours = rgbOf(tile);
      for (let row = 0; row < tile.height; row++) {
        const from = ((y * TILE + row) * width + x * TILE) * 3;
        const wanted = learnt.data.subarray(from, from + tile.width * 3);
        expect(colours.subarray(row * tile.width * 3, (row + 1) * tile.width * 3).equals(wanted)).toBe(true);
      }
    }
    const half = await received('images.tile', { id: 1, level: 2, x: 0, y: 0, range: null });
    expect([half.width, half.height]).toEqual([275, 175]);
    const beyond = test.call('images.tile', { id: 1, level: 0, x: 3, y: 0, range: null });
    await expect(beyond).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });

  it('are made anew when one of them is damaged or gone, and not for a place beyond the picture', async () => {
    test = await TestLibrary.project({ 'a.png': [600, 520] });
    const tile = (x: number) => test.call('images.tile', { id: 1, level: 0, x, y: 0, range: null }, { onProgress: () => undefined });
    await tile(0);
    const [pyramid] = await copies('tiles');
    const file = (name: string): string => join(test.folder, '.espalier/tiles/0', pyramid!, '1', name);
    for (const spoil of [() => writeFile(file('1_0.png'), 'half'), () => rm(file('1_0.png'))]) {
      await tile(1);
      await spoil();
      await expect(tile(1)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
      await tile(1);
    }
    await expect(tile(2)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    expect(await copies('tiles')).toEqual([pyramid]);
  });

  it('go when the file changes', async () => {
    test = await TestLibrary.project({ 'a.png': [1100, 700] });
    await received('images.tile', { id: 1, level: 0, x: 0, y: 0, range: null });
    expect(await copies('tiles')).toHaveLength(1);
    await test.picture('a.png', 900, 900);
    await test.call('project.index', null);
    expect(await copies('tiles')).toEqual([]);
  });

  it('go, those used longest ago first, where all take more than they may', async () => {
    test = await TestLibrary.project({ 'a.png': [600, 600], 'b.png': [600, 600], 'c.png': [600, 600] });
    const tile = (id: number) => received('images.tile', { id, level: 0, x: 0, y: 0, range: null });
    const tiles = join(test.folder, '.espalier', 'tiles', '0');
    for (const id of [1, 2, 3]) await tile(id);
    // In the order of their use: 2, 3, 1.
    for (const name of await copies('tiles')) {
      const used = new Date(2020, [3, 1, 2][Number.parseInt(name, 10) - 1]!, 1);
      await utimes(join(tiles, name), used, used);
    }
    const ids = async (): Promise<number[]> => (await copies('tiles')).map((name) => Number.parseInt(name, 10)).sort();
    const bound = (pyramids: number) => boundPyramids(join(test.folder, '.espalier', 'tiles'), () => 600 * 600, pyramids * 4 * 600 * 600);
    await bound(3);
    expect(await ids()).toEqual([1, 2, 3]);
    await bound(2);
    expect(await ids()).toEqual([1, 3]);
    await tile(3);
    await bound(1);
    expect(await ids()).toEqual([3]);
    await bound(0);
    expect(await ids()).toEqual([3]);
    expect((await tile(1)).width).toBe(512);
  });

  it('of earlier versions are removed when the folder is indexed', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    await test.write('.espalier/display/0/1-abc.webp', 'a picture');
    await test.call('project.index', null);
    expect(await readdir(join(test.folder, '.espalier'))).not.toContain('display');
  });
});
