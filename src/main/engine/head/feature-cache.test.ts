import { mkdtemp, readdir, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeatureCache } from './feature-cache';
import { decodeFeatures, encodeFeatures } from './feature-file';

const values = Float16Array.of(0, 1, -0.5, 65504, 2 ** -24, 3);

let folder: string;
let notes: string[];
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'espalier-cache-')));
  notes = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = (most?: number): Promise<FeatureCache> =>
  FeatureCache.open(
    join(folder, 'features'),
    (sentence) => notes.push(sentence),
    most === undefined ? undefined : () => Promise.resolve(most),
  );
const file = (key: string): string => join(folder, 'features', `${key}.maps`);
const keys = async (): Promise<string[]> => (await readdir(join(folder, 'features'))).filter((name) => name.endsWith('.maps')).sort();

describe('a file of features', () => {
  it('gives back what was written, and nothing where any of its bytes has changed or is missing', () => {
    const bytes = Buffer.concat(encodeFeatures(values));
    expect(decodeFeatures(Buffer.from(bytes))).toEqual(values);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 4;
      expect(decodeFeatures(damaged), `byte ${at}`).toBeNull();
      expect(decodeFeatures(bytes.subarray(0, at)), `${at} bytes`).toBeNull();
    }
  });
});

describe('the cache of features', () => {
  it('keeps values for whoever opens it later, and says in the folder that backups may leave it out', async () => {
    const cache = await open();
    await cache.write('a', values);
    const later = await open();
    expect([later.has('a'), later.has('b')]).toEqual([true, false]);
    expect(await later.read('a', values.length)).toEqual(values);
    expect(await later.read('b', values.length)).toBeNull();
    expect(await readFile(join(folder, 'features', 'CACHEDIR.TAG'), 'utf8')).toContain('Signature: 8a477f597d28d172789f06886806bc55');
    expect(notes).toEqual([]);
  });

  it('removes what is damaged, unfinished or of another size, and goes on without what somebody removed', async () => {
    const cache = await open();
    for (const key of ['a', 'b', 'c', 'd']) await cache.write(key, values);
    await writeFile(file('a'), 'x');
    await rm(file('c'));
    await writeFile(join(folder, 'features', '.0123456789abcdef.tmp'), 'half');
    const later = await open();
    expect(await later.read('a', values.length)).toBeNull();
    expect(notes).toHaveLength(1);
    expect(await later.read('b', 2)).toBeNull();
    expect(await cache.read('c', values.length)).toBeNull();
    expect(notes).toEqual([expect.stringContaining('damaged')]);
    expect((await readdir(join(folder, 'features'))).sort()).toEqual(['CACHEDIR.TAG', 'd.maps']);
  });

  it('stays within its limit: what was used longest ago makes way, never what this run has used', async () => {
    const cache = await open();
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      await cache.write(key, values);
      await utimes(file(key), i + 1, i + 1);
    }
    const later = await open(4 * (await readFile(file('a'))).length);
    await later.read('a', values.length);
    await later.write('d', values);
    expect(await keys()).toEqual(['a.maps', 'b.maps', 'c.maps', 'd.maps']);
    await later.write('e', values);
    expect(await keys()).toEqual(['a.maps', 'c.maps', 'd.maps', 'e.maps']);
    for (const key of ['f', 'g', 'h']) await later.write(key, values);
    expect(await keys()).toEqual(['a.maps', 'd.maps', 'e.maps', 'f.maps']);
    expect(later.has('g')).toBe(false);
    expect(notes).toEqual([]);
  });

  it('goes on without keeping anything where nothing can be written, and says so once', async () => {
    const cache = await open();
    await cache.write('a', values);
    await rm(join(folder, 'features'), { recursive: true });
    for (const key of ['b', 'c']) await cache.write(key, values);
    expect(notes).toEqual([expect.stringContaining('not kept')]);
  });

  it('writes through no link', async () => {
    await symlink(tmpdir(), join(folder, 'features'));
    await expect(open()).rejects.toMatchObject({ code: 'PROJECT_LINK' });
  });
});
