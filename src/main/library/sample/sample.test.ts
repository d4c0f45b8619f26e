import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPng } from '../../media/png';
import { TestLibrary } from '../testing/library';
import { BACKGROUND, DEBRIS, NUCLEUS } from './recipe';

let folder: string;
let test: TestLibrary;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-sample-'));
  test = await TestLibrary.create();
});
afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true });
});

const create = (name: string, images: number, seed: number) =>
  test.call('sample.create', { folder: join(folder, name), images, size: 128, seed });
const bytes = (name: string, file: string) => readFile(join(folder, name, file));

describe('the sample data set', () => {
  it('is the same for the same seed, whatever the number of images, and another for another seed', async () => {
    await create('one', 3, 1);
    await create('two', 2, 1);
    await create('other', 2, 2);
    expect(await readdir(join(folder, 'one', 'micrographs'))).toEqual(['cells_0001.png', 'cells_0002.png', 'cells_0003.png']);
    for (const file of ['micrographs/cells_0002.png', 'truth/cells_0002.png']) {
      expect(await bytes('one', file)).toEqual(await bytes('two', file));
      expect(await bytes('one', file)).not.toEqual(await bytes('other', file));
    }
    expect(await bytes('one', 'micrographs/cells_0001.png')).not.toEqual(await bytes('one', 'micrographs/cells_0002.png'));
  });

  it('keeps files that exist', async () => {
    await create('kept', 1, 1);
    await writeFile(join(folder, 'kept', 'micrographs', 'cells_0001.png'), 'mine');
    await create('kept', 2, 1);
    expect((await bytes('kept', 'micrographs/cells_0001.png')).toString()).toBe('mine');
    expect(await readdir(join(folder, 'kept', 'truth'))).toHaveLength(2);
  });

  it('holds all three classes, and light that tells them apart only in part', async () => {
    await create('light', 8, 3);
    const sums = new Map([BACKGROUND, NUCLEUS, DEBRIS].map((id) => [id, { pixels: 0, light: 0, dim: 0 }]));
    for (const name of await readdir(join(folder, 'light', 'micrographs'))) {
      const image = await readPng(join(folder, 'light', 'micrographs', name));
      const truth = await readPng(join(folder, 'light', 'truth', name));
      expect([image.kind, truth.kind, truth.width]).toEqual(['grey', 'indexed', 128]);
      truth.data.forEach((id, i) => {
        const sum = sums.get(id)!;
        sum.pixels++;
        sum.light += image.data[i]!;
        if (image.data[i]! < 50) sum.dim++;
      });
    }
    const mean = (id: number): number => sums.get(id)!.light / sums.get(id)!.pixels;
    expect(mean(NUCLEUS)).toBeGreaterThan(mean(BACKGROUND) + 30);
    expect(sums.get(DEBRIS)!.pixels / (8 * 128 * 128)).toBeGreaterThan(0.005);
    expect(sums.get(NUCLEUS)!.pixels / (8 * 128 * 128)).toBeGreaterThan(0.08);
    // Dim nuclei are as dark as background.
    expect(sums.get(NUCLEUS)!.dim / sums.get(NUCLEUS)!.pixels).toBeGreaterThan(0.05);
  });
});
