import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb, verifyImage } from './decode';
import { problemOf } from './failure';
import { inspect } from './header';
import { MemoryBudget } from './memory';
import { readPngHeader, writePng } from './png';
import { makeTiff } from './test-tiff';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-memory-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the memory of what is being decoded', () => {
  it('is never lent beyond its limit, nor out of turn', async () => {
    const budget = new MemoryBudget(100);
    let [held, most] = [0, 0];
    const order: number[] = [];
    const job = (index: number, bytes: number): Promise<void> =>
      budget.use('a.png', bytes, async () => {
        order.push(index);
        most = Math.max(most, (held += bytes));
        await new Promise(setImmediate);
        held -= bytes;
        if (index === 3) throw new Error('broken');
      });
    const sizes = [60, 30, 100, 10, 50, 50, 1];
    const ends = await Promise.allSettled(sizes.map((bytes, index) => job(index, bytes)));
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(100);
    expect(ends.map(({ status }) => status === 'rejected')).toEqual([false, false, false, true, false, false, false]);
    await expect(job(7, 101)).rejects.toMatchObject({ code: 'IMAGE_MEMORY', params: { name: 'a.png' } });
    await budget.use('a.png', 100, async () => undefined);
  });

  it('is counted from the header, with what the decoder holds', async () => {
    const picture = () => sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } });
    const bytes = async (name: string, content: Buffer): Promise<readonly [number, number]> => {
      const file = join(folder, name);
      await writeFile(file, content);
      const { held, pixels } = await inspect(file);
      return [held, pixels];
    };
    const rgb = 200 * 100 * 3;
    expect(await bytes('a.jpg', await picture().jpeg().toBuffer())).toEqual([0, rgb]);
    expect(await bytes('b.jpg', await picture().jpeg({ progressive: true }).toBuffer())).toEqual([2 * rgb, rgb]);
    expect(await bytes('c.jpg', await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer())).toEqual([rgb, rgb]);
    expect(await bytes('d.png', await picture().png({ progressive: true }).toBuffer())).toEqual([rgb, rgb]);
  });

  it.each([
    ['a small float TIFF of 20,000 × 20,000', { bits: 32, format: 3, samples: 3, photometric: 2 }, 20_000, 20_000],
    ['a tile of 60,000 × 60,000 around 8 × 8 pixels', { bits: 16, tags: { 322: 60_000, 323: 60_000, 324: 8, 325: 100 } }, 8, 8],
  ])('is refused to %s, before anything is decoded', async (name, kind, width, height) => {
    const file = join(folder, `${name}.tif`);
    const strip = { compression: 8, compress: () => deflateSync(Buffer.alloc(1000)) };
    await writeFile(file, makeTiff(new Uint8Array(0), { width, height, ...kind, ...strip }));
    const refused = await verifyImage(file).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'IMAGE_MEMORY', params: { limit: 4 } });
    expect(problemOf(refused)).toMatch(/^reading it takes \d+(\.\d)? GB of memory, more than the 4 GB allowed$/);
    await expect(decodeRgb(file)).rejects.toMatchObject({ code: 'IMAGE_MEMORY' });
  });

  it('is not needed to know the size of a mask', async () => {
    const file = join(folder, 'mask.png');
    await writePng(file, { kind: 'grey', width: 3000, height: 2000, data: new Uint8Array(6e6) });
    expect(await readPngHeader(file)).toEqual({ kind: 'grey', width: 3000, height: 2000, depth: 8 });
  });
});
