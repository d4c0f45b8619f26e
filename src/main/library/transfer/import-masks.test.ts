import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EspalierError } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import { writePng, type PngImage } from '../../media/png';
import { TestLibrary } from '../testing/library';
import { masksProject as project, SIZE, some } from '../testing/masks';

let test: TestLibrary;
let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'espalier-masks-'));
});
afterEach(async () => {
  await test.remove();
  await rm(out, { recursive: true });
});

async function mask(name: string, data: Uint8Array, kind: PngImage['kind'] = 'grey', width = 6): Promise<void> {
  await mkdir(dirname(join(out, name)), { recursive: true });
  await writePng(join(out, name), { kind, width, height: 5, data }, new Uint8Array(768));
}

/** A mask whose size is that of none of the images, by its header alone: to inflate it would fail. */
async function claimHuge(name: string): Promise<void> {
  await mask(name, some(0));
  const file = await readFile(join(out, name));
  file.writeUInt32BE(20_000, 16);
  file.writeUInt32BE(20_000, 20);
  await writeFile(join(out, name), file);
}
const importAll = (imageIds: number[] | null = null, folder = out) =>
  test.call('import.masks', { folder, format: null, options: {}, imageIds });

describe('importing masks', () => {
  it('takes class ids as they are, by path or by name alone; 255 leaves pixels alone', async () => {
    test = await project();
    await test.paint('a.png', some(2));
    await mask('a.png', some(0, 1, IGNORE));
    await mask('b.png', some(1, 2), 'indexed');
    await mask('stranger.png', some(0));
    const skipped = [{ name: 'stranger.png', reason: 'no image has this name' }];
    expect(await importAll()).toEqual({ imported: 2, added: [], skipped });
    expect(await test.map('a.png')).toEqual(some(0, 1, 2));
    expect(await test.map('sub/b.png')).toEqual(some(1, 2));
    const [version] = await test.call('labels.versions', { imageId: await test.id('a.png') });
    expect(version).toMatchObject({ source: 'imported', origin: expect.stringContaining(`, ${out}`) as string });
    const { revision } = await test.call('labels.read', { imageId: await test.id('a.png') });
    await test.call('labels.undo', { imageId: await test.id('a.png'), revision });
    expect(await test.map('a.png')).toEqual(some(2));
  });

  it('keeps to the images it is given, and says which of them have no mask', async () => {
    test = await TestLibrary.project({ 'a.png': [6, 5], 'sub/b.png': [6, 5], 'c.png': [6, 5], 'd.png': [6, 5] });
    for (const name of ['a.png', 'sub/b.png', 'c.png', 'stranger.png']) await mask(name, some(1));
    const wanted = await Promise.all(['sub/b.png', 'c.png', 'd.png'].map((path) => test.id(path)));
    expect(await importAll(wanted)).toEqual({ imported: 2, added: [], skipped: [{ name: 'd.png', reason: 'it has no mask' }] });
    expect(await test.names({ filter: 'unlabelled' })).toEqual(['a.png', 'd.png']);
  });

  it('takes the mask whose path is the image’s before one that has only its file name', async () => {
    test = await project();
    await mask('b.png', some(0));
    await mask('other/b.png', some(0));
    await mask('sub/b.png', some(1));
    expect((await importAll()).skipped).toEqual([
      { name: 'b.png', reason: 'sub/b.png fits sub/b.png more closely' },
      { name: 'other/b.png', reason: 'sub/b.png fits sub/b.png more closely' },
    ]);
    expect(await test.map('sub/b.png')).toEqual(some(1));
  });

  it('guesses neither between images nor between masks, and names what it left out', async () => {
    test = await TestLibrary.project({
      'a.png': [6, 5],
      'x/b.png': [6, 5],
      'y/b.png': [6, 5],
      'c.png': [6, 5],
      'c.webp': [6, 5],
      'd.png': [6, 5],
    });
    for (const name of ['a.png', 'b.png', 'c.png', 'one/d.png', 'two/d.png']) await mask(name, some(1));
    const { imported, skipped } = await importAll();
    expect(imported).toBe(1);
    expect(Object.fromEntries(skipped.map(({ name, reason }) => [name, reason]))).toEqual({
      'b.png': 'it may belong to x/b.png or y/b.png',
      'c.png': 'it may belong to c.png or c.webp',
      'one/d.png': 'several masks may belong to d.png',
      'two/d.png': 'several masks may belong to d.png',
    });
    expect(await test.names({ filter: 'started' })).toEqual(['a.png']);
  });

  it('finds the mask of each image for a comparison by the same rule', async () => {
    test = await TestLibrary.project({ 'x/b.png': [6, 5], 'y/b.png': [6, 5], 'y/c.png': [6, 5] });
    for (const name of ['b.png', 'y/b.png', 'd.png']) await mask(name, some(1));
    expect(await test.call('masks.find', { folder: out, imageIds: [1, 2, 3] })).toEqual([
      { mask: null, reason: 'b.png: it may belong to x/b.png or y/b.png' },
      { mask: join(out, 'y/b.png') },
      { mask: null, reason: 'there is none of its name' },
    ]);
  });

  it.skipIf(process.platform !== 'linux')('says which masks it leaves out because their names are no text', async () => {
    test = await project();
    await mask('c.png', some(1));
    const content = await readFile(join(out, 'c.png'));
    await writeFile(Buffer.concat([Buffer.from(join(out, 'caf')), Buffer.of(0xe9), Buffer.from('.png')]), content);
    const skipped = { name: 'caf\ufffd.png', reason: 'its name is not valid UTF-8; rename it' };
    const reason = `${skipped.name}: ${skipped.reason}`;
    expect(await importAll()).toEqual({ imported: 1, added: [], skipped: [skipped] });
    // It may be the mask of any image, so it is said of each that has none.
    expect(await importAll([await test.id('c.png')])).toEqual({ imported: 1, added: [], skipped: [skipped] });
    expect(await test.call('masks.find', { folder: out, imageIds: [await test.id('a.png')] })).toEqual([
      { mask: null, reason: `there is none of its name, and caf\ufffd.png was left out: ${skipped.reason}` },
    ]);
    await rm(join(out, 'c.png'));
    await expect(importAll()).rejects.toMatchObject({ code: 'IMPORT_NO_MATCH', params: { first: reason } });
  });

  it.each([
    ['of the wrong size', 'IMPORT_SIZE', () => mask('c.png', some(0).slice(0, 25), 'grey', 5)],
    ['whose header claims to be huge', 'IMPORT_SIZE', () => claimHuge('c.png')],
    ['with an unknown class', 'IMPORT_CLASS', () => mask('c.png', some(0, 77))],
    ['in colour', 'IMPORT_UNREADABLE', () => mask('c.png', new Uint8Array(SIZE * 3), 'rgb')],
    ['that is no PNG', 'IMPORT_UNREADABLE', () => writeFile(join(out, 'c.png'), 'hello')],
  ])('writes nothing at all when one mask is %s', async (_, code, spoil) => {
    test = await project();
    await mask('a.png', some(1));
    await spoil();
    await expect(importAll()).rejects.toMatchObject({ code, params: { name: 'c.png' } });
    expect((await test.call('project.summary', null)).images.unlabelled).toBe(3);
  });

  it('takes masks of 0 and 255 only when it is said what 255 is', async () => {
    test = await project();
    for (const name of ['a.png', 'c.png']) await mask(name, some(0, IGNORE));
    await expect(importAll()).rejects.toMatchObject({ code: 'IMPORT_BINARY' });
    expect((await test.call('project.summary', null)).images.unlabelled).toBe(3);
    await expect(test.call('import.masks', { folder: out, format: null, options: { white: 9 }, imageIds: null })).rejects.toMatchObject({
      code: 'CLASS_UNKNOWN',
    });
    expect(await test.call('import.masks', { folder: out, format: null, options: { white: 2 }, imageIds: null })).toMatchObject({
      imported: 2,
    });
    expect(await test.map('a.png')).toEqual(some(0, 2));
    await mask('c.png', some(IGNORE, 0));
    await test.call('import.masks', { folder: out, format: null, options: { white: null }, imageIds: [await test.id('c.png')] });
    expect(await test.map('c.png')).toEqual(some(0));
    // 255 is one number among others here, and means what it always means.
    await mask('sub/b.png', some(0, 1, IGNORE));
    await importAll();
    expect(await test.map('sub/b.png')).toEqual(some(0, 1, IGNORE));
  });

  it('says how many masks are saved when the disk is full half-way, and takes the others when there is space', async ({ skip }) => {
    test = await TestLibrary.create();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', test.folder]).status === 0;
    skip(!mounted, 'a small file system of its own needs root on Linux');
    try {
      const [side, count] = [128, 60];
      const picture = await sharp({ create: { width: side, height: side, channels: 3, background: '#777777' } })
        .png()
        .toBuffer();
      // Noise, so that what is saved of each mask takes space.
      const data = Uint8Array.from({ length: side * side }, (_, i) => Math.imul(i + 1, 2654435761) >>> 31);
      for (let i = 0; i < count; i++) {
        await test.write(`${i}.png`, picture);
        await writePng(join(out, `${i}.png`), { kind: 'grey', width: side, height: side, data });
      }
      await test.open(['a', 'b']);
      await test.call('project.index', null);
      const failure = await importAll().catch((error: unknown) => error as EspalierError);
      const { labelled } = (await test.call('project.summary', null)).images;
      expect(failure).toMatchObject({ code: 'IMPORT_PARTLY', params: { imported: labelled, total: count } });
      expect(labelled).toBeGreaterThan(0);
      execFileSync('mount', ['-o', 'remount,size=64m', test.folder]);
      expect(await importAll()).toMatchObject({ imported: count });
      expect((await test.call('project.summary', null)).images.labelled).toBe(count);
      await test.call('project.close', null);
    } finally {
      execFileSync('umount', ['-l', test.folder]);
    }
  });

  it('says when there is nothing to import', async () => {
    test = await project();
    await expect(importAll()).rejects.toMatchObject({ code: 'IMPORT_FOLDER_EMPTY' });
    await mask('stranger.png', some(0));
    await expect(importAll()).rejects.toMatchObject({ code: 'IMPORT_NO_MATCH' });
    await expect(importAll(null, join(out, 'none'))).rejects.toMatchObject({ code: 'FOLDER_MISSING' });
  });
});
