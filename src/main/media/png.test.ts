import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPng, writePng, type PngImage } from './png';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-png-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
const palette = Uint8Array.from({ length: 768 }, (_, i) => (i * 5) % 256);

describe('PNG of numbers', () => {
  it.each(['indexed', 'grey', 'rgb'] as const)('writes and reads every byte of %s', async (kind) => {
    const image: PngImage = { kind, width: 33, height: 17, data: bytes(33 * 17 * (kind === 'rgb' ? 3 : 1)) };
    const file = join(folder, `${kind}.png`);
    await writePng(file, image, palette);
    expect(await readPng(file)).toEqual(image);
    expect(await readdir(folder)).toContain(`${kind}.png`);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('shows indices in the colours of the palette to other programs', async () => {
    const data = Uint8Array.of(0, 1, 2, 255);
    const file = join(folder, 'colours.png');
    await writePng(file, { kind: 'indexed', width: 4, height: 1, data }, palette);
    expect(await sharp(file).metadata()).toMatchObject({ isPalette: true, width: 4, height: 1 });
    const rgb = await sharp(file).removeAlpha().raw().toBuffer();
    expect([...rgb]).toEqual([...data].flatMap((id) => [...palette.subarray(id * 3, id * 3 + 3)]));
  });

  it('reads the filtered rows other programs write', async () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 64) + (i % 3) * 9);
    const file = join(folder, 'filtered.png');
    await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
      .png({ adaptiveFiltering: true })
      .toFile(file);
    expect(await readPng(file)).toEqual({ kind: 'rgb', width: 64, height: 64, data });
  });

  it('reads indices narrower than a byte', async () => {
    const file = join(folder, 'narrow.png');
    const data = Uint8Array.from({ length: 70 }, (_, i) => (i % 3) * 100);
    await sharp(data, { raw: { width: 7, height: 10, channels: 1 } })
      .png({ palette: true, colours: 4, dither: 0 })
      .toFile(file);
    expect((await sharp(file).metadata()).bitsPerSample).toBeLessThan(8);
    const { kind, data: indices } = await readPng(file);
    expect(kind).toBe('indexed');
    const seen = new Map<number, number>();
    indices.forEach((index, i) => seen.set(index, seen.get(index) ?? data[i]!));
    expect([...indices].map((index) => seen.get(index))).toEqual([...data]);
  });

  it('says why it cannot read a file', async () => {
    const file = join(folder, 'whole.png');
    await sharp(bytes(300), { raw: { width: 10, height: 10, channels: 3 } })
      .png()
      .toFile(file);
    const whole = await sharp(file).png().toBuffer();
    await writeFile(file, whole.subarray(0, whole.length - 40));
    await expect(readPng(file)).rejects.toThrow('cut off');
    await sharp(bytes(400), { raw: { width: 10, height: 10, channels: 4 } })
      .png()
      .toFile(file);
    await expect(readPng(file)).rejects.toThrow('transparency');
    await sharp(bytes(100), { raw: { width: 10, height: 10, channels: 1 } })
      .png({ progressive: true })
      .toFile(file);
    await expect(readPng(file)).rejects.toThrow('interlaced');
    await writeFile(file, 'not a picture');
    await expect(readPng(file)).rejects.toThrow('not a PNG');
  });
});
