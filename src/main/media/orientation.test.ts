import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb, readHeader } from './decode';
import { CONTAINERS, orientedFile, STORED_AS, storedPixels, upright } from './test-orientation';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-orientation-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [WIDTH, HEIGHT] = [6, 4];
const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37) % 251);

describe.each(CONTAINERS)('the orientation of a %s', (container) => {
  it.each(Object.keys(STORED_AS) as (keyof typeof STORED_AS)[])('stored as %s is read, all eight', async (as) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const picture = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
      const content = await orientedFile(picture, container, orientation, as);
      const file = join(folder, `${as}-${orientation}.${container}`);
      await writeFile(file, content);
      const wanted = upright(await storedPixels(content), WIDTH, HEIGHT, orientation);
      expect(await readHeader(file)).toMatchObject({ width: wanted.width, height: wanted.height, orientation });
      expect(await decodeRgb(file)).toEqual({ ...wanted, data: Buffer.from(wanted.data) });
    }
  });
});
