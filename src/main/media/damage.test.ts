import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb, verifyImage } from './decode';
import { makeTiff } from './test-tiff';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-damage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [width, height] = [90, 70];
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
/** Gradients with some noise: what compresses, as pictures do. */
const pixels = noise(width * height * 3).map((value, i) => (Math.floor(i / 3) % width) + (value % 16));
const picture = () => sharp(pixels, { raw: { width, height, channels: 3 } });
const deflated = { compression: 8, compress: deflateSync, rowsPerStrip: 10 } as const;

const FILES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'baseline JPEG': () => picture().jpeg().toBuffer(),
  'progressive JPEG': () => picture().jpeg({ progressive: true }).toBuffer(),
  PNG: () => picture().png().toBuffer(),
  'interlaced PNG': () => picture().png({ progressive: true }).toBuffer(),
  'PNG of 16 bits': () => picture().toColourspace('rgb16').png().toBuffer(),
  WebP: () => picture().webp().toBuffer(),
  'lossless WebP': () => picture().webp({ lossless: true }).toBuffer(),
  'TIFF of JPEG': () => picture().tiff({ compression: 'jpeg' }).toBuffer(),
  'TIFF of LZW': () => picture().tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer(),
  'TIFF of Deflate': async () => makeTiff(pixels, { width, height, samples: 3, photometric: 2, ...deflated }),
  'TIFF of tiles': () => picture().tiff({ tile: true, tileWidth: 32, tileHeight: 32, compression: 'deflate' }).toBuffer(),
  'TIFF of 16 bits': async () =>
    makeTiff(
      Uint16Array.from(pixels, (each) => each * 200),
      { width, height, samples: 3, photometric: 2, bits: 16, ...deflated },
    ),
};

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: Error) => ('code' in error ? String(error.code) : error.message),
  );

/** Copies of each kind of file. */
const TRIED = 60;
/** Bytes missing at the very end, where the last rows are. */
const CUTS = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55];

/** A copy with a few bytes changed, mostly of its second half, or cut off somewhere there. */
function hurt(whole: Buffer, seed: number): Buffer {
  const from = seed % 5 === 0 ? 16 : whole.length >> 1;
  const place = (i: number): number => from + ((Math.imul(seed * 8 + i + 1, 2654435761) >>> 0) % (whole.length - from));
  if (seed < CUTS.length) return whole.subarray(0, whole.length - CUTS[seed]!);
  if (seed % 3 === 0) return whole.subarray(0, place(0));
  const copy = Buffer.from(whole);
  for (let i = 0; i < 1 + (seed % 4); i++) copy[place(i)]! ^= 1 << ((seed + i) % 8);
  return copy;
}

describe('damaged files', () => {
  it.each(['baseline JPEG', 'PNG', 'TIFF of JPEG', 'TIFF of LZW', 'TIFF of Deflate', 'TIFF of 16 bits'])(
    'are refused, each of them, however many are decoded side by side: %s',
    async (name) => {
      const whole = await FILES[name]!();
      // Half of a file, and a whole one whose second half is zeros: its directory is there, its pixels are not.
      const cut = join(folder, 'cut');
      const emptied = join(folder, 'emptied');
      const sound = join(folder, 'sound');
      const kept = name === 'TIFF of JPEG' || name === 'TIFF of LZW' ? whole.length - 400 : whole.length;
      await writeFile(cut, whole.subarray(0, whole.length >> 1));
      await writeFile(emptied, Buffer.from(whole).fill(0, whole.length >> 2, kept));
      await writeFile(sound, whole);
      const files = Array.from({ length: 300 }, (_, i) => [cut, emptied, sound][i % 3]!);
      const outcomes = await Promise.all(files.map((file) => outcome(verifyImage(file))));
      const wrong = outcomes.filter((each, i) => (each === 'ok') !== (files[i] === sound));
      expect(wrong).toEqual([]);
    },
  );

  it.each(Object.keys(FILES))('are decoded later if and only if they pass the index: %s', async (name) => {
    const whole = await FILES[name]!();
    const copies = Array.from({ length: TRIED }, (_, seed) => hurt(whole, seed));
    const differing: string[] = [];
    let refused = 0;
    for (const [seed, copy] of copies.entries()) {
      const file = join(folder, `hurt-${seed}`);
      await writeFile(file, copy);
      const [indexed, decoded] = [await outcome(verifyImage(file)), await outcome(decodeRgb(file))];
      if (indexed !== decoded) differing.push(`${seed}: ${indexed} at the index, ${decoded} later`);
      if (indexed !== 'ok') refused++;
    }
    expect(differing).toEqual([]);
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(TRIED);
  });
});
