import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb, verifyImage } from './decode';
import { problemOf } from './failure';
import { makeTiff, type TiffOptions } from './test-tiff';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-classes-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [width, height] = [4, 2];
const PIXELS = width * height;

interface Case {
  readonly file: () => Buffer | Promise<Buffer>;
  /** Grey of each pixel, or red, green and blue of each; or the reason why it is refused. */
  readonly shows: readonly number[] | string;
  readonly remark?: string;
}

const count = (length: number, value: (i: number) => number): number[] => Array.from({ length }, (_, i) => value(i));
const tiff = (data: ArrayBufferView, options: Omit<TiffOptions, 'width' | 'height'> = {}) => makeTiff(data, { width, height, ...options });
/** 0…7 stretched to 0…255: what a window makes of numbers in equal steps. */
const STEPS = count(PIXELS, (i) => Math.round((i * 255) / 7));
const COLOURS = count(PIXELS * 3, (i) => i * 10);
/** Colours with a fourth sample of 1, 2, … */
const WITH_FOURTH = Uint8Array.from({ length: PIXELS * 4 }, (_, i) => (i % 4 === 3 ? i : COLOURS[Math.floor(i / 4) * 3 + (i % 4)]!));
/** Seven channels; channel c of pixel p is 10 p + c. */
const seven = (p: number, c: number): number => 10 * p + c;
const PIXELWISE = Uint8Array.from({ length: PIXELS * 7 }, (_, i) => seven(Math.floor(i / 7), i % 7));
const PLANEWISE = Uint8Array.from({ length: PIXELS * 7 }, (_, i) => seven(i % PIXELS, Math.floor(i / PIXELS)));
const FIRST_THREE = count(PIXELS * 3, (i) => seven(Math.floor(i / 3), i % 3));
const unspecified = (samples: number) => ({ samples, extra: count(samples - 1, () => 0) });
const halves = Uint16Array.of(0xc000, 0xbc00, 0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500); // -2 … 5
const raw = (data: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4) => sharp(data, { raw: { width, height, channels } });
const grey16 = () =>
  raw(
    Uint16Array.from({ length: PIXELS }, (_, i) => 1000 + i),
    1,
  ).toColourspace('grey16');

const CASES: Readonly<Record<string, Case>> = {
  'grey of 8 bits': { file: () => tiff(Uint8Array.from(STEPS)), shows: STEPS },
  'grey, white is zero': { file: () => tiff(Uint8Array.from(STEPS), { photometric: 0 }), shows: STEPS.map((each) => 255 - each) },
  'grey of 1 bit': { file: () => tiff(Uint8Array.of(0b01010000, 0b11000000), { bits: 1 }), shows: [0, 255, 0, 255, 255, 255, 0, 0] },
  'grey of 4 bits': { file: () => tiff(Uint8Array.of(0x01, 0x23, 0x45, 0xef), { bits: 4 }), shows: [0, 17, 34, 51, 68, 85, 238, 255] },
  RGB: { file: () => tiff(Uint8Array.from(COLOURS), { samples: 3, photometric: 2 }), shows: COLOURS },
  'RGB plane by plane': {
    file: () =>
      tiff(
        Uint8Array.from({ length: PIXELS * 3 }, (_, i) => COLOURS[(i % PIXELS) * 3 + Math.floor(i / PIXELS)]!),
        { samples: 3, photometric: 2, planar: 2 },
      ),
    shows: COLOURS,
  },
  'RGB with alpha': {
    file: () =>
      tiff(
        WITH_FOURTH.map((value, i) => (i % 4 === 3 ? (i < 16 ? 255 : 0) : value)),
        { samples: 4, photometric: 2, extra: [2] },
      ),
    shows: COLOURS.map((value, i) => (i < 12 ? value : 255)),
  },
  'RGB with an unspecified fourth sample': {
    file: () => tiff(WITH_FOURTH, { samples: 4, photometric: 2, extra: [0] }),
    shows: COLOURS,
    remark: 'of its 4 channels the first three are shown, as red, green and blue',
  },
  'RGB with a fourth sample and no word of it': {
    file: () => tiff(WITH_FOURTH, { samples: 4, photometric: 2 }),
    shows: COLOURS,
    remark: 'of its 4 channels the first three are shown, as red, green and blue',
  },
  'RGB with alpha and another sample': {
    file: () =>
      tiff(
        Uint8Array.from({ length: PIXELS * 5 }, (_, i) => (i % 5 < 3 ? COLOURS[Math.floor(i / 5) * 3 + (i % 5)]! : i % 5 === 3 ? 255 : 0)),
        { samples: 5, photometric: 2, extra: [2, 0] },
      ),
    shows: COLOURS,
    remark: 'of its 5 channels the first three are shown, as red, green and blue',
  },
  'grey with alpha': {
    file: () =>
      tiff(
        Uint8Array.from({ length: PIXELS * 2 }, (_, i) => (i % 2 ? (i < 8 ? 255 : 0) : i)),
        { samples: 2, extra: [2] },
      ),
    shows: [0, 2, 4, 6, 255, 255, 255, 255],
  },
  'grey with another band': {
    file: () =>
      tiff(
        Uint8Array.from({ length: PIXELS * 2 }, (_, i) => (i % 2 ? 99 : i)),
        unspecified(2),
      ),
    shows: count(PIXELS, (i) => 2 * i),
    remark: 'of its 2 channels the first is shown',
  },
  'three bands of measurements': { file: () => tiff(Uint8Array.from(COLOURS), unspecified(3)), shows: COLOURS },
  'seven bands, pixel by pixel': {
    file: () => tiff(PIXELWISE, unspecified(7)),
    shows: FIRST_THREE,
    remark: 'of its 7 channels the first three are shown, as red, green and blue',
  },
  'seven bands, plane by plane': {
    file: () => tiff(PLANEWISE, { ...unspecified(7), planar: 2, rowsPerStrip: 1 }),
    shows: FIRST_THREE,
    remark: 'of its 7 channels the first three are shown, as red, green and blue',
  },
  'seven bands of 16 bits': {
    file: () =>
      tiff(
        Uint16Array.from(PLANEWISE, (value) => value * 100),
        { ...unspecified(7), planar: 2, bits: 16 },
      ),
    shows: FIRST_THREE.map((value) => Math.round((value * 255) / 72)),
    remark: 'of its 7 channels the first three are shown, as red, green and blue',
  },
  'signed 8 bits': {
    file: () =>
      tiff(
        Int8Array.from(STEPS, (_, i) => i - 4),
        { format: 2 },
      ),
    shows: STEPS,
  },
  'unsigned 16 bits': {
    file: () =>
      tiff(
        Uint16Array.from(STEPS, (_, i) => 60_000 + i),
        { bits: 16 },
      ),
    shows: STEPS,
  },
  'unsigned 16 bits, white is zero': {
    file: () =>
      tiff(
        Uint16Array.from(STEPS, (_, i) => i),
        { bits: 16, photometric: 0 },
      ),
    shows: STEPS.map((each) => 255 - each),
  },
  'signed 16 bits': {
    file: () =>
      tiff(
        Int16Array.from(STEPS, (_, i) => (i - 4) * 1000),
        { bits: 16, format: 2 },
      ),
    shows: STEPS,
  },
  'RGB of 16 bits, signed': {
    file: () =>
      tiff(
        Int16Array.from(COLOURS, (value) => value - 100),
        { bits: 16, format: 2, samples: 3, photometric: 2 },
      ),
    shows: COLOURS.map((value) => Math.round((value * 255) / 230)),
  },
  'RGB of 16 bits with alpha': {
    file: () =>
      tiff(
        Uint16Array.from({ length: PIXELS * 4 }, (_, i) => (i < 4 ? [0, 0, 0, 65535] : [9, 9, 9, 0])[i % 4]!),
        { bits: 16, samples: 4, photometric: 2, extra: [2] },
      ),
    shows: count(PIXELS * 3, (i) => (i < 3 ? 0 : 255)),
  },
  'unsigned 32 bits': {
    file: () =>
      tiff(
        Uint32Array.from(STEPS, (_, i) => 4_000_000_000 + i),
        { bits: 32 },
      ),
    shows: STEPS,
  },
  'signed 32 bits': {
    file: () =>
      tiff(
        Int32Array.from(STEPS, (_, i) => (i - 4) * 1e8),
        { bits: 32, format: 2 },
      ),
    shows: STEPS,
  },
  'signed 64 bits': {
    file: () =>
      tiff(
        BigInt64Array.from(STEPS, (_, i) => BigInt(i - 4)),
        { bits: 64, format: 2 },
      ),
    shows: STEPS,
  },
  'floats of 16 bits': { file: () => tiff(halves, { bits: 16, format: 3 }), shows: STEPS },
  'floats of 32 bits': {
    file: () =>
      tiff(
        Float32Array.from(STEPS, (_, i) => i / 8 - 0.5),
        { bits: 32, format: 3 },
      ),
    shows: STEPS,
  },
  'floats of 64 bits': {
    file: () =>
      tiff(
        Float64Array.from(STEPS, (_, i) => 1e300 * (i - 4)),
        { bits: 64, format: 3 },
      ),
    shows: STEPS,
  },
  'floats with what is no number, infinity and nothing': {
    file: () => tiff(Float32Array.of(NaN, Infinity, -Infinity, -9999, 1, 2, 3, 4), { bits: 32, format: 3, tags: { 42113: '-9999' } }),
    shows: [0, 255, 0, 0, 0, 85, 170, 255],
  },
  'floats, all the same': {
    file: () => tiff(new Float32Array(PIXELS).fill(7.5), { bits: 32, format: 3 }),
    shows: count(PIXELS, () => 128),
  },
  '16 bits, all the same': { file: () => tiff(new Uint16Array(PIXELS).fill(300), { bits: 16 }), shows: count(PIXELS, () => 128) },
  'complex floats': {
    file: () => tiff(new Float32Array(PIXELS * 2), { bits: 64, format: 6 }),
    shows: 'it holds complex numbers; save their magnitude instead',
  },
  'grey of 12 bits': {
    file: () => tiff(new Uint8Array(PIXELS * 1.5), { bits: 12 }),
    shows: 'its samples have 12 bits, which is not supported; save it with 16',
  },
  'channels of different bits': {
    file: () => tiff(new Uint8Array(PIXELS * 3), { samples: 3, photometric: 2, tags: { 258: [5, 6, 5] } }),
    shows: 'its channels have different numbers of bits, which is not supported',
  },
  'a mosaic of a camera': {
    file: () => tiff(new Uint16Array(PIXELS), { bits: 16, photometric: 32803 }),
    shows: 'its kind of colours is not supported; save it as RGB or grey',
  },
  'CMYK of 16 bits': {
    file: () => tiff(new Uint16Array(PIXELS * 4), { bits: 16, samples: 4, photometric: 5 }),
    shows: 'it is CMYK of 16 bits, which is not supported; save it as RGB',
  },
  Zstandard: {
    file: () => tiff(Uint8Array.from(STEPS), { compression: 50000 }),
    shows: 'its compression (Zstandard) is not supported; save it with LZW, Deflate or none',
  },
  'JPEG 2000': {
    file: () => tiff(Uint8Array.from(STEPS), { compression: 34712 }),
    shows: 'its compression (JPEG 2000) is not supported; save it with LZW, Deflate or none',
  },
  'an unknown compression': {
    file: () => tiff(Uint8Array.from(STEPS), { compression: 777 }),
    shows: 'its compression (number 777) is not supported; save it with LZW, Deflate or none',
  },
  'a TIFF cut off before its directory': { file: () => tiff(Uint8Array.from(STEPS)).subarray(0, 14), shows: 'the file is cut off' },
  'a TIFF whose strips lie behind its end': {
    file: () => tiff(Uint8Array.from(STEPS), { tags: { 273: 1e6 } }),
    shows: 'the file is cut off',
  },
  'a strip that inflates to too little': {
    file: () => tiff(Uint16Array.from(STEPS), { bits: 16, compression: 8, compress: () => deflateSync(Buffer.alloc(9)) }),
    shows: 'the file is cut off',
  },
  'a strip that inflates to too much': {
    file: () => tiff(Uint16Array.from(STEPS), { bits: 16, compression: 8, compress: () => deflateSync(Buffer.alloc(1e6)) }),
    shows: 'its content is damaged',
  },
  'a PNG of 16 bits': { file: () => grey16().png().toBuffer(), shows: STEPS },
  'a PNG with alpha': {
    file: () =>
      raw(
        WITH_FOURTH.map((value, i) => (i % 4 === 3 ? 0 : value)),
        4,
      )
        .png()
        .toBuffer(),
    shows: count(PIXELS, () => 255),
  },
  'a JPEG of 12 bits': {
    file: async () => {
      const jpeg = await raw(Uint8Array.from(STEPS), 1).jpeg().toBuffer();
      jpeg[jpeg.indexOf(Buffer.of(0xff, 0xc0)) + 4] = 12;
      return jpeg;
    },
    shows: 'it is a JPEG of 12 bits, which is not supported; save it as PNG',
  },
};

describe('a file is either indexed as what it is decoded to, or refused with the reason', () => {
  it.each(Object.entries(CASES))('%s', async (name, { file, shows, remark = null }) => {
    const path = join(folder, name);
    await writeFile(path, await file());
    const indexed = await verifyImage(path).catch(problemOf);
    const decoded = await decodeRgb(path).then(
      ({ data }) => [...data],
      (error: unknown) => problemOf(error),
    );
    if (typeof shows === 'string') {
      expect([indexed, decoded]).toEqual([shows, shows]);
      return;
    }
    expect(indexed).toMatchObject({ width, height, remark });
    expect(decoded).toEqual(shows.length === PIXELS ? shows.flatMap((value) => [value, value, value]) : [...shows]);
  });
});
