import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb, readHeader, verifyImage, withRgb } from './decode';
import { problemOf } from './failure';
import { makeTiff } from './test-tiff';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-media-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** 6 × 4 RGB, every pixel different. */
const pixels = Uint8Array.from({ length: 6 * 4 * 3 }, (_, i) => (i * 37) % 251);
const picture = () => sharp(pixels, { raw: { width: 6, height: 4, channels: 3 } });

async function file(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The header of a PNG that claims a size, and nothing else. */
function pngHeader(width: number, height: number): Buffer {
  const out = Buffer.from('89504e470d0a1a0a0000000d49484452' + '0'.repeat(34), 'hex');
  out.writeUInt32BE(width, 16);
  out.writeUInt32BE(height, 20);
  out.set([8, 2, 0, 0, 0], 24);
  out.writeUInt32BE(crc32(out.subarray(12, 29)), 29);
  return out;
}

describe('decoding', () => {
  it.each(['png', 'tiff', 'webp'] as const)('gives the exact pixels of a lossless %s', async (format) => {
    const path = await file(`exact.${format}`, await picture().toFormat(format, { lossless: true, compression: 'lzw' }).toBuffer());
    const image = await decodeRgb(path);
    expect([image.width, image.height]).toEqual([6, 4]);
    expect([...image.data]).toEqual([...pixels]);
    expect(await verifyImage(path)).toMatchObject({ width: 6, height: 4, format, windowed: false });
  });

  it('applies the EXIF orientation once', async () => {
    const turned = await picture().withMetadata({ orientation: 6 }).png().toBuffer();
    const path = await file('turned.png', turned);
    expect(await readHeader(path)).toMatchObject({ width: 4, height: 6, orientation: 6 });
    const image = await decodeRgb(path);
    const expected = await picture().rotate(90).raw().toBuffer();
    expect([image.width, image.height]).toEqual([4, 6]);
    expect([...image.data]).toEqual([...expected]);
  });

  it('turns grey into RGB and lays transparency over white', async () => {
    const grey = await file(
      'grey.png',
      await sharp(Uint8Array.of(0, 100, 200, 255), { raw: { width: 2, height: 2, channels: 1 } })
        .png()
        .toBuffer(),
    );
    expect([...(await decodeRgb(grey)).data]).toEqual([0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255]);
    const clear = await file(
      'clear.png',
      await sharp(Uint8Array.of(9, 9, 9, 0, 9, 9, 9, 255), { raw: { width: 2, height: 1, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect([...(await decodeRgb(clear)).data]).toEqual([255, 255, 255, 9, 9, 9]);
  });

  it('reads CMYK', async () => {
    const path = await file('cmyk.jpg', await picture().toColourspace('cmyk').jpeg().toBuffer());
    const image = await decodeRgb(path);
    expect(image.data).toHaveLength(6 * 4 * 3);
  });

  it.each(['tiff', 'png'] as const)('stretches the contrast of a 16-bit %s', async (format) => {
    const samples = Uint16Array.from({ length: 100 * 100 }, (_, i) => 500 + (i % 1000));
    const deep = sharp(samples, { raw: { width: 100, height: 100, channels: 1 } }).toColourspace('grey16');
    const path = await file(`deep.${format}`, await deep.toFormat(format, { compression: 'deflate' }).toBuffer());
    expect((await readHeader(path)).windowed).toBe(true);
    const { data } = await decodeRgb(path);
    expect([data[0], data[999 * 3]]).toEqual([0, 255]);
    expect(Math.abs(data[500 * 3]! - 128)).toBeLessThan(2);
    expect([data[1500], data[1501], data[1502]]).toEqual([data[1500], data[1500], data[1500]]);
  });

  it('stretches 16-bit colour without changing its hue', async () => {
    const samples = Uint16Array.from({ length: 60 * 60 * 3 }, (_, i) => [0, 1000, 2000][i % 3]!);
    const deep = sharp(samples, { raw: { width: 60, height: 60, channels: 3 } }).toColourspace('rgb16');
    const { data } = await decodeRgb(await file('rgb16.tif', await deep.tiff({ compression: 'none' }).toBuffer()));
    expect([...data.subarray(0, 3)]).toEqual([0, 128, 255]);
  });

  it('reads floating-point TIFF', async () => {
    const { data } = await decodeRgb(
      await file('float.tif', makeTiff(Float32Array.of(-1, 0, 1, 3), { width: 2, height: 2, bits: 32, format: 3 })),
    );
    expect([...data]).toEqual([0, 0, 0, 64, 64, 64, 128, 128, 128, 255, 255, 255]);
  });

  it('scales from the same pipeline', async () => {
    const path = await file(
      'large.jpg',
      await sharp({ create: { width: 640, height: 320, channels: 3, background: '#3060c0' } })
        .jpeg()
        .toBuffer(),
    );
    const small = { fit: 'inside' } as const;
    const { info } = await withRgb(path, (picture) => picture.resize(256, 256, small).raw().toBuffer({ resolveWithObject: true }));
    expect([info.width, info.height]).toEqual([256, 128]);
  });
});

describe('bad files', () => {
  it('refuses a text file named .jpg', async () => {
    await expect(readHeader(await file('text.jpg', 'BM me up, this is a letter'))).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });

  it('refuses an empty file and one that is gone', async () => {
    await expect(readHeader(await file('empty.png', ''))).rejects.toThrow('the file is empty');
    await expect(readHeader(join(folder, 'gone.png'))).rejects.toThrow('no longer there');
  });

  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('finds a truncated %s', async (format) => {
    const noise = Uint8Array.from({ length: 90 * 90 * 3 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
    const whole = await sharp(noise, { raw: { width: 90, height: 90, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    const path = await file(`cut.${format}`, whole.subarray(0, whole.length >> 1));
    await expect(verifyImage(path)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    await expect(decodeRgb(path)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });

  it('accepts a JPEG with something appended', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    const path = await file('movie.jpg', Buffer.concat([jpeg, Buffer.alloc(100_000, 7)]));
    expect(await verifyImage(path)).toMatchObject({ width: 6, height: 4 });
  });

  it('refuses 60,000 × 60,000 pixels from the header', async () => {
    const path = await file('huge.png', pngHeader(60000, 60000));
    const refused = await readHeader(path).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'IMAGE_TOO_LARGE', params: { width: 60000, height: 60000, limit: 500 } });
    expect(problemOf(refused)).toContain('60000 × 60000');
    await expect(decodeRgb(path)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it('leaves files as they were', async () => {
    const path = await file('kept.png', await picture().png().toBuffer());
    const before = await readFile(path);
    await decodeRgb(path);
    expect(await readFile(path)).toEqual(before);
  });
});
