import { copyFile, mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { makeTiff } from '../../media/test-tiff';
import { TestLibrary } from '../testing/library';

let test: TestLibrary;
afterEach(() => test.remove());

describe('indexing', () => {
  it('finds every image, in natural order, and nothing else', async () => {
    test = await TestLibrary.create({ 'img10.png': [8, 6], 'img2.png': [8, 6], 'sub/deep/IMG1.PNG': [8, 6], '.hidden/no.png': [8, 6] });
    await test.write('notes.txt', 'hello');
    await symlink('/', join(test.folder, 'root'));
    await symlink('/etc/hostname', join(test.folder, 'outside.png'));
    await symlink(join(test.folder, 'img2.png'), join(test.folder, 'link.png'));
    await test.open(['a']);
    const steps: number[] = [];
    const result = await test.call('project.index', null, { onProgress: (step) => steps.push((step as { done: number }).done) });
    expect(result).toEqual({
      added: 4,
      changed: 0,
      moved: 0,
      removed: 0,
      unreadable: [
        { name: 'outside.png', reason: 'it is a link to a file elsewhere; put a copy in its place' },
        { name: 'root', reason: 'it is a link to a folder elsewhere; put a copy in its place' },
      ],
      remarks: [],
    });
    expect(steps.at(-1)).toBe(4);
    expect(await test.names()).toEqual(['img2.png', 'img10.png', 'link.png', 'sub/deep/IMG1.PNG']);
    expect((await test.images())[0]).toMatchObject({
      width: 8,
      height: 6,
      status: 'ok',
      state: 'unlabelled',
      labelledPixels: 0,
      scores: {},
    });
  });

  it('finds moved and renamed files again by their content, with labels, predictions and names in lists', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4], 'sub/b.png': [5, 4], 'c.png': [6, 4] });
    await test.paint('a.png', new Uint8Array(16).fill(1));
    const [a, b] = [await test.id('a.png'), await test.id('sub/b.png')];
    await mkdir(join(test.folder, 'new'));
    await rename(join(test.folder, 'a.png'), join(test.folder, 'new', 'z.png'));
    await rename(join(test.folder, 'sub'), join(test.folder, 'new', 'sub'));
    expect(await test.call('project.index', null)).toEqual({ added: 0, changed: 0, moved: 2, removed: 0, unreadable: [], remarks: [] });
    expect(await test.names()).toEqual(['c.png', 'new/sub/b.png', 'new/z.png']);
    expect([await test.id('new/z.png'), await test.id('new/sub/b.png')]).toEqual([a, b]);
    expect(await test.map('new/z.png')).toEqual(new Uint8Array(16).fill(1));
    expect(await test.call('project.index', null)).toMatchObject({ added: 0, changed: 0, moved: 0, removed: 0 });
  });

  it('takes a copy for a new image, one of two copies of what is gone for it, and what was missing for found where it turns up', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4], 'c.png': [6, 4] });
    await test.paint('a.png', new Uint8Array(16).fill(1));
    const a = await test.id('a.png');
    await copyFile(join(test.folder, 'a.png'), join(test.folder, 'copy.png'));
    expect(await test.call('project.index', null)).toMatchObject({ added: 1, moved: 0 });
    expect(await test.id('a.png')).toBe(a);

    await rm(join(test.folder, 'copy.png'));
    const kept = await readFile(join(test.folder, 'a.png'));
    await rm(join(test.folder, 'a.png'));
    expect(await test.call('project.index', null)).toMatchObject({ added: 0, moved: 0, removed: 2 });
    for (const path of ['x.png', 'y.png', 'w.png']) await test.write(path, kept);
    expect(await test.call('project.index', null)).toMatchObject({ added: 2, moved: 1, removed: 0 });
    const images = await test.images();
    expect(images.filter(({ labelledPixels }) => labelledPixels > 0).map(({ id, status }) => [id, status])).toEqual([[a, 'ok']]);
  });

  it('notices added, changed and removed files on reopening, and keeps their labels', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4], 'b.png': [4, 4], 'c.png': [4, 4] });
    const [a] = await test.images();
    await test.call('labels.apply', {
      imageId: a!.id,
      revision: 0,
      tool: 'brush',
      source: 'human',
      diff: Uint32Array.of(0, 3, 255 | (1 << 8)),
    });
    await test.call('project.close', null);
    await rm(join(test.folder, 'a.png'));
    await test.picture('b.png', 5, 7);
    await utimes(join(test.folder, 'b.png'), 1, 1);
    await test.picture('d.png', 4, 3);
    await test.open();
    expect(await test.call('project.index', null)).toEqual({ added: 1, changed: 1, moved: 0, removed: 1, unreadable: [], remarks: [] });
    const [gone, changed] = await test.images();
    expect(gone).toMatchObject({ status: 'missing', labelledPixels: 3 });
    expect(changed).toMatchObject({ width: 5, height: 7, status: 'ok' });
    expect(changed!.version).not.toBe((await test.images())[2]!.version);
    expect(await test.call('project.index', null)).toEqual({ added: 0, changed: 0, moved: 0, removed: 0, unreadable: [], remarks: [] });

    await test.picture('a.png', 4, 4);
    await test.call('project.index', null);
    expect((await test.images())[0]).toMatchObject({ status: 'ok', labelledPixels: 3, state: 'started' });
  });

  it('sets a file aside that no longer fits its labels, and takes it back when it does', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    await test.call('labels.apply', {
      imageId: 1,
      revision: 0,
      tool: 'brush',
      source: 'human',
      diff: Uint32Array.of(0, 16, 255 | (1 << 8)),
    });
    await test.picture('a.png', 9, 9);
    await test.call('project.index', null);
    const image = await test.call('images.get', { id: 1, runId: null });
    expect(image).toMatchObject({ status: 'unreadable', width: 4, height: 4, problem: 'it has labels for 4 × 4 pixels but is now 9 × 9' });
    await test.picture('a.png', 4, 4);
    await test.call('project.index', null);
    expect(await test.call('images.get', { id: 1, runId: null })).toMatchObject({ status: 'ok', labelledPixels: 16 });
  });

  it('records what cannot be read with the reason, and goes on', async () => {
    test = await TestLibrary.create({ 'good.png': [4, 4] });
    const noise = Uint8Array.from({ length: 90 * 90 * 3 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
    const jpeg = await sharp(noise, { raw: { width: 90, height: 90, channels: 3 } })
      .jpeg()
      .toBuffer();
    await test.write('cut.jpg', jpeg.subarray(0, jpeg.length >> 1));
    await test.write('text.jpg', 'this is no picture');
    await test.write('empty.png', '');
    await test.write('huge.png', hugePng());
    await test.open(['a']);
    const { added, unreadable } = await test.call('project.index', null);
    expect(added).toBe(5);
    expect(unreadable).toEqual([
      { name: 'cut.jpg', reason: 'the file is cut off' },
      { name: 'empty.png', reason: 'the file is empty' },
      { name: 'huge.png', reason: 'it is 60000 × 60000 pixels, more than the 500 megapixels allowed' },
      { name: 'text.jpg', reason: 'it is not a JPEG, PNG, WebP, TIFF or BMP picture' },
    ]);
    expect(await test.names({ filter: 'problem' })).toHaveLength(4);
    expect((await test.call('project.summary', null)).images).toEqual({ total: 5, labelled: 0, unlabelled: 1, problem: 4 });
    await expect(test.call('images.picture', { id: await test.id('text.jpg'), kind: 'thumbnail', range: null })).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      params: { name: 'text.jpg' },
    });
  });

  it.skipIf(process.platform !== 'linux')('says which names and links it leaves out, and that a folder holds nothing else', async () => {
    test = await TestLibrary.create({ 'day/good.png': [4, 4] });
    const badly = Buffer.concat([Buffer.from(join(test.folder, 'caf')), Buffer.of(0xe9), Buffer.from('.png')]);
    await writeFile(badly, await readFile(join(test.folder, 'day/good.png')));
    await symlink(join(test.folder, 'nowhere.png'), join(test.folder, 'broken.png'));
    await symlink(join(test.folder, 'day'), join(test.folder, 'same-day'));
    await writeFile(join(test.folder, 'day', 'odd\ufffd.png'), await readFile(join(test.folder, 'day/good.png')));
    await test.open(['a']);
    const { unreadable } = await test.call('project.index', null);
    expect(unreadable).toEqual([
      { name: 'broken.png', reason: 'it is a link to nothing' },
      { name: 'caf\ufffd.png', reason: 'its name is not valid UTF-8; rename it' },
    ]);
    expect(await test.names()).toEqual(['day/good.png', 'day/odd\ufffd.png']);
  });

  it('says what was left out of a folder that holds nothing else', async () => {
    test = await TestLibrary.create();
    await symlink('/etc/hostname', join(test.folder, 'one.png'));
    await expect(test.open(['a'])).rejects.toMatchObject({
      code: 'FOLDER_UNUSABLE',
      params: { name: 'one.png', reason: 'it is a link to a file elsewhere; put a copy in its place', count: 1 },
    });
  });

  it('remarks once on what is not taken of many files, and tries again what it could not read', async () => {
    test = await TestLibrary.create();
    const four = makeTiff(new Uint8Array(4 * 4 * 4), { width: 4, height: 4, samples: 4, photometric: 2 });
    for (const name of ['a.tif', 'b.tif', 'c.tif']) await test.write(name, four);
    await test.open(['a']);
    const remark = 'of its 4 channels the first three are shown, as red, green and blue';
    const { remarks } = await test.call('project.index', null);
    expect(remarks).toEqual([{ remark, images: 3, first: expect.stringMatching(/^[abc]\.tif$/) }]);
    expect((await test.images())[0]).toMatchObject({ status: 'ok', problem: remark });

    await test.call('project.close', null);
    const db = new Database(join(test.folder, '.espalier', 'project.db'));
    db.exec("UPDATE image SET status = 'unreadable', problem = 'an older Espalier could not'");
    db.close();
    await test.open();
    expect((await test.call('project.index', null)).unreadable).toEqual([]);
    expect((await test.images())[0]).toMatchObject({ status: 'ok' });
  });

  it('stops when asked and continues later', async () => {
    test = await TestLibrary.create({ 'a.png': [4, 4], 'b.png': [4, 4] });
    await test.open(['a']);
    const stop = new AbortController();
    const index = test.call('project.index', null, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(index).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await test.call('project.index', null)).added + (await test.call('project.summary', null)).images.total).toBeGreaterThanOrEqual(
      2,
    );
    expect(await test.names()).toEqual(['a.png', 'b.png']);
  });

  it('never touches the images', async () => {
    test = await TestLibrary.create({ 'a.png': [4, 4] });
    const before = [await readFile(join(test.folder, 'a.png')), (await stat(join(test.folder, 'a.png'))).mtimeMs];
    await test.open(['a']);
    await test.call('project.index', null);
    await test.call('images.picture', { id: 1, kind: 'thumbnail', range: null });
    expect([await readFile(join(test.folder, 'a.png')), (await stat(join(test.folder, 'a.png'))).mtimeMs]).toEqual(before);
  });
});

describe('lists of images', () => {
  it('filter, search, sort and count', async () => {
    test = await TestLibrary.project({ 'x1.png': [4, 4], 'x2.png': [4, 4], 'y_%3.png': [4, 4] });
    const ids = [await test.id('x2.png')];
    await test.call('images.update', { id: ids[0]!, notes: 'clear', runId: null });
    await test.call('images.mark', { ids, mark: 'done', on: true, runId: null });
    expect(await test.names({ filter: 'done' })).toEqual(['x2.png']);
    expect(await test.names({ search: 'X' })).toEqual(['x1.png', 'x2.png']);
    expect(await test.names({ search: '_%' })).toEqual(['y_%3.png']);
    expect((await test.names({ sort: 'recent' }))[0]).toBe('x2.png');
    const query = { filter: 'all', sort: 'name', search: 'x', runId: null } as const;
    expect(await test.call('images.list', { query, offset: 1, limit: 1 })).toMatchObject({
      total: 2,
      items: [{ path: 'x2.png', notes: 'clear' }],
    });
    await test.call('images.mark', { ids: [await test.id('x2.png')], mark: 'done', on: false, runId: null });
    expect(await test.names({ filter: 'done' })).toEqual([]);
  });

  it('of what is unlabelled go by labels, like the count, and not by what is marked done', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4], 'b.png': [4, 4], 'c.png': [4, 4], 'd.png': [4, 4] });
    for (const name of ['a.png', 'b.png']) {
      const diff = Uint32Array.of(0, 1, IGNORE);
      await test.call('labels.apply', { imageId: await test.id(name), revision: 0, tool: 'brush', source: 'human', diff });
    }
    for (const name of ['b.png', 'c.png'])
      await test.call('images.mark', { ids: [await test.id(name)], mark: 'done', on: true, runId: null });
    for (const sort of ['name', 'recent'] as const) {
      const query = { filter: 'unlabelled', sort, search: '', runId: null } as const;
      const { total, items } = await test.call('images.list', { query, offset: 0, limit: 10 });
      expect([total, items.map(({ path }) => path).sort()]).toEqual([2, ['c.png', 'd.png']]);
    }
    expect(await test.names({ filter: 'unlabelled', search: 'c' })).toEqual(['c.png']);
    expect(await test.names({ filter: 'done' })).toEqual(['b.png', 'c.png']);
    expect((await test.call('project.summary', null)).images).toMatchObject({ labelled: 2, unlabelled: 2 });
  });

  it('know the position of an image in every order', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4], 'b.png': [4, 4], 'c.png': [4, 4] });
    await test.call('images.mark', { ids: [await test.id('b.png')], mark: 'done', on: true, runId: null });
    for (const sort of ['name', 'recent'] as const) {
      for (const filter of ['all', 'unlabelled', 'done'] as const) {
        const query = { filter, sort, search: '', runId: null };
        const listed = await test.images(query);
        const positions = await Promise.all(listed.map(({ id }) => test.call('images.position', { id, query })));
        expect(positions).toEqual(listed.map((_, i) => i));
      }
    }
    const query = { filter: 'done', sort: 'name', search: '', runId: null } as const;
    expect(await test.call('images.position', { id: await test.id('a.png'), query })).toBeNull();
  });

  it('find images by the names people give them', async () => {
    const paths = ['day1/cell.png', 'day2/cell.png', 'day2/other.png', 'x.png', 'x.bmp', 'x.png.webp', 'é.png'];
    test = await TestLibrary.project(Object.fromEntries(paths.map((path) => [path, [4, 4] as const])));
    const meanings: Record<string, string[]> = {
      'day1/cell': ['day1/cell.png'],
      'day1\\cell': ['day1/cell.png'],
      './day1/cell.png': ['day1/cell.png'],
      'day3/cell': [],
      cell: ['day1/cell.png', 'day2/cell.png'],
      'cell.png': ['day1/cell.png', 'day2/cell.png'],
      'cell.jpg': [],
      other: ['day2/other.png'],
      'day2/other.png': ['day2/other.png'],
      x: ['x.png', 'x.bmp'],
      'x.png': ['x.png'],
      'x.png.webp': ['x.png.webp'],
      'e\u0301': ['é.png'],
      none: [],
    };
    const found = await test.call('images.named', { names: Object.keys(meanings) });
    expect(found.map((images) => images.map(({ path }) => path))).toEqual(
      Object.values(meanings).map((images) => images.map((path) => join(test.folder, path))),
    );
  });

  it('give every image a mask name of its own, by which it is found again', async () => {
    const paths = ['x.png', 'x.bmp', 'x.png.webp', 'y.png', 'day1/y.webp', 'Y.png', 'day1/z.png'];
    test = await TestLibrary.project(Object.fromEntries(paths.map((path) => [path, [4, 4] as const])));
    const first = await test.call('images.readable', { after: 0, limit: 3 });
    const named = [...first, ...(await test.call('images.readable', { after: first[2]!.id, limit: 100 }))];
    expect(named.map(({ name }) => name)).toEqual(['x.png', 'x.bmp', 'x.png.webp', 'y', 'day1/y', 'Y', 'day1/z']);
    expect(await test.call('images.named', { names: named.map(({ name }) => name) })).toEqual(named.map((image) => [image]));
  });
});

/** The header of a PNG of 60,000 × 60,000 pixels, and nothing else. */
function hugePng(): Buffer {
  const out = Buffer.from('89504e470d0a1a0a0000000d49484452' + '0'.repeat(34), 'hex');
  out.writeUInt32BE(60000, 16);
  out.writeUInt32BE(60000, 20);
  out.set([8, 2, 0, 0, 0], 24);
  return out;
}
