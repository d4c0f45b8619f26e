import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb } from '../decode';
import { makeTiff } from '../test-tiff';
import { readLayout, readSamples } from './samples';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-tiff-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [width, height] = [150, 90];
/** Long enough for LZW to fill its table several times. */
const numbers = Uint16Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + (Math.imul(i + 1, 2654435761) >>> 22)) & 0xffff);
const picture = () => sharp(numbers, { raw: { width, height, channels: 3 } }).toColourspace('rgb16');

async function read(name: string, content: Buffer, bands: readonly number[]) {
  const file = join(folder, name);
  await writeFile(file, content);
  return readSamples(file, await readLayout(file), bands);
}

describe('samples of a TIFF', () => {
  for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const) {
    for (const predictor of ['none', 'horizontal'] as const) {
      for (const tile of [false, true]) {
        it(`are those that libvips wrote: ${compression}, predictor ${predictor}, ${tile ? 'tiles' : 'strips'}`, async () => {
          const options = { compression, predictor, tile, tileWidth: 64, tileHeight: 32, bigtiff: tile } as const;
          const content = await picture().tiff(options).toBuffer();
          expect(Buffer.compare(Buffer.from(numbers.buffer), bytesOf(await read('written.tif', content, [0, 1, 2])))).toBe(0);
          expect([...(await read('written.tif', content, [2])).subarray(0, 3)]).toEqual([numbers[2], numbers[5], numbers[8]]);
        });
      }
    }
  }

  it('are those that libvips wrote: floats with their predictor', async () => {
    const options = { compression: 'deflate', predictor: 'float' } as const;
    const content = await picture().tiff(options).toBuffer();
    expect([...(await read('floats.tif', content, [0, 1, 2]))]).toEqual([...numbers]);
  });

  it('of big-endian files are the same', async () => {
    const swapped = Buffer.from(numbers.buffer.slice(0)).swap16();
    const little = makeTiff(swapped, { width, height, samples: 3, photometric: 2, bits: 16 });
    expect(Buffer.compare(Buffer.from(numbers.buffer), bytesOf(await read('big.tif', bigEndian(little), [0, 1, 2])))).toBe(0);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are turned as libvips turns pictures of 8 bits: orientation %i', async (orientation) => {
    const small = Uint8Array.of(0, 51, 102, 153, 204, 255);
    const options = { width: 3, height: 2, tags: { 274: orientation } };
    const [eight, sixteen] = [join(folder, 'eight.tif'), join(folder, 'sixteen.tif')];
    await writeFile(eight, makeTiff(small, options));
    await writeFile(sixteen, makeTiff(Uint16Array.from(small), { ...options, bits: 16 }));
    expect(await decodeRgb(sixteen)).toEqual(await decodeRgb(eight));
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The same TIFF with the bytes of its header and directory the other way round; its samples are left as they are. */
function bigEndian(little: Buffer): Buffer {
  const big = Buffer.from(little);
  big.write('MM\0*', 'latin1');
  const start = little.readUInt32LE(4);
  big.writeUInt32BE(start, 4);
  const entries = little.readUInt16LE(start);
  big.writeUInt16BE(entries, start);
  for (let at = start + 2, i = 0; i < entries; i++, at += 12) {
    const [type, length] = [little.readUInt16LE(at + 2), little.readUInt32LE(at + 4)];
    big.writeUInt16BE(little.readUInt16LE(at), at);
    big.writeUInt16BE(type, at + 2);
    big.writeUInt32BE(length, at + 4);
    const size = type === 3 ? 2 : 4;
    const outside = length * size > 4;
    if (outside) big.writeUInt32BE(little.readUInt32LE(at + 8), at + 8);
    const values = outside ? little.readUInt32LE(at + 8) : at + 8;
    for (let j = 0; j < length; j++) {
      if (size === 2) big.writeUInt16BE(little.readUInt16LE(values + j * 2), values + j * 2);
      else big.writeUInt32BE(little.readUInt32LE(values + j * 4), values + j * 4);
    }
  }
  return big;
}
