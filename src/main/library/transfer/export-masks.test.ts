import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportContent } from '@shared/domain';
import { IGNORE } from '@shared/mask';
import { predictionFile } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { readPng, writePng } from '../../media/png';
import { HUMAN_MASKS } from '../testing/exports';
import { TestLibrary } from '../testing/library';
import { masksProject as project, SIZE, some } from '../testing/masks';

let test: TestLibrary;
let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'espalier-export-'));
});
afterEach(async () => {
  await test.remove();
  await rm(out, { recursive: true });
});

const exportAll = (content: ExportContent, folder = out) =>
  test.call('export.masks', { folder, format: 'masks', options: {}, content, runId: null, gamma: 0.7, beta: 1, imageIds: null });

describe('exporting masks', () => {
  it('writes name, size, classes and colours, and only what people drew when asked', async () => {
    test = await project();
    await test.paint('sub/b.png', some(0, 1, IGNORE));
    await test.paint('sub/b.png', some(0, 1, 2), 'accepted');
    await test.paint('c.png', some(2), 'accepted');
    await test.call('classes.update', { id: 1, color: '#123456' });
    expect(await exportAll('human')).toEqual({
      written: 1,
      share: 20 / SIZE,
      folder: out,
      remarks: [{ what: 'left out: nothing in it was labelled by hand or imported', images: 2, names: ['c.png'] }],
    });
    expect(await readPng(join(out, 'masks/sub/b.png'))).toEqual({ kind: 'indexed', width: 6, height: 5, data: some(0, 1, IGNORE) });
    expect(await readdir(join(out, 'masks'))).toEqual(['sub']);
    expect(await exportAll('accepted')).toMatchObject({ written: 2 });
    expect((await readPng(join(out, 'masks/sub/b.png'))).data).toEqual(some(0, 1, 2));
    expect(JSON.parse(await readFile(join(out, 'classes.json'), 'utf8'))).toEqual([
      { id: 0, name: 'a', color: '#000000' },
      { id: 1, name: 'b', color: '#123456' },
      { id: 2, name: 'c', color: '#008000' },
    ]);
    const bytes = await readFile(join(out, 'masks/c.png'));
    const palette = bytes.subarray(bytes.indexOf('PLTE') + 4);
    expect([...palette.subarray(3, 9), ...palette.subarray(765, 768)]).toEqual([0x12, 0x34, 0x56, 0, 128, 0, 224, 224, 192]);
  });

  it('gives the same pixels when imported again', async () => {
    test = await project();
    await test.paint('a.png', some(0, IGNORE, 2, 1, 1));
    await test.paint('sub/b.png', some(2, 1));
    await exportAll('human');
    const [a, b] = [await test.map('a.png'), await test.map('sub/b.png')];
    await test.remove();
    test = await project();
    await test.call('import.masks', { folder: join(out, 'masks'), format: null, options: {}, imageIds: null });
    expect([await test.map('a.png'), await test.map('sub/b.png')]).toEqual([a, b]);
    await exportAll('human');
    expect((await readPng(join(out, 'masks/a.png'))).data).toEqual(a);
  });

  it('adds pseudo-labels that pass refinement, but neither over labels nor where rejected', async () => {
    test = await project();
    await test.paint('a.png', some(1, 2));
    await test.paint('c.png', some(IGNORE).fill(2, 0, 5));
    const { runId, folder } = await test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null });
    const imageId = await test.id('c.png');
    // p̃ = 1 everywhere; d = 1 but for pixels 20…29, where d = 0.6 falls below γ = 0.7.
    const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => [1, 255, i >= 60 ? 51 : 255][i % 3]!);
    await mkdir(join(folder, 'predictions'));
    await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: 6, height: 5, data });
    const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
    await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, beta: 1, best: false }] });
    const { version: prediction } = await test.call('predictions.read', { runId, imageId });
    const { revision } = await test.call('labels.read', { imageId });
    const regions = [{ classId: 1, region: Uint32Array.of(5, 3) }];
    await test.call('review.reject', { runId, imageId, prediction, revision, regions });
    expect(await exportAll('refined')).toMatchObject({ written: 2 });
    expect((await readPng(join(out, 'masks/c.png'))).data).toEqual(some(IGNORE).fill(2, 0, 5).fill(1, 8, 20));
    expect((await readPng(join(out, 'masks/a.png'))).data).toEqual(some(1, 2));
    await test.call('export.masks', {
      folder: out,
      format: 'masks',
      options: {},
      content: 'refined',
      runId,
      gamma: 0.7,
      beta: 0,
      imageIds: [imageId, await test.id('sub/b.png')],
    });
    expect((await readPng(join(out, 'masks/c.png'))).data).toEqual(some(IGNORE).fill(2, 0, 5).fill(1, 8));
    expect((await readPng(join(out, 'masks/sub/b.png'))).data).toEqual(some(IGNORE));
  });

  it('has a class for every pixel when all that is predicted is asked for, and leaves out what cannot have', async () => {
    test = await project();
    await test.paint('a.png', some(1, 2));
    await test.paint('c.png', some(IGNORE).fill(2, 0, 5));
    const { runId, folder } = await test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null });
    await mkdir(join(folder, 'predictions'));
    for (const path of ['sub/b.png', 'c.png']) {
      const imageId = await test.id(path);
      // Predicted in turns, with no confidence at all.
      const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => [Math.floor(i / 3) % 2, 0, 0][i % 3]!);
      await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: 6, height: 5, data });
      const shares = { kept: 0, lowConfidence: 1, doubted: 0, meanSimilarity: 0 };
      await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, beta: 1, best: false }] });
    }
    expect(await exportAll('refined'), 'sure of nothing').toMatchObject({ written: 2, share: (SIZE + 5) / (2 * SIZE) });
    expect(await exportAll('full')).toEqual({
      written: 2,
      share: 1,
      folder: out,
      remarks: [{ what: `left out: ${runId} has no prediction of it`, images: 1, names: ['a.png'] }],
    });
    expect((await readPng(join(out, 'masks/c.png'))).data).toEqual(some(0, 1).fill(2, 0, 5));
    expect((await readPng(join(out, 'masks/sub/b.png'))).data).toEqual(some(0, 1));
    expect(JSON.parse(await readFile(join(out, 'export.json'), 'utf8'))).toMatchObject({ content: 'full', run: runId, share: 1 });

    await test.call('classes.remove', { id: 0 });
    expect(await exportAll('full')).toMatchObject({
      written: 2,
      share: (15 + 5 + 13) / (2 * SIZE),
      remarks: [
        { what: `left out: ${runId} has no prediction of it`, images: 1 },
        { what: 'written with gaps: a class predicted there is no more', images: 2 },
      ],
    });
  });

  it('takes as sure what is sure at the γ of the run, where none is given', async () => {
    test = await project();
    await test.paint('a.png', some(1, 2));
    const imageId = await test.id('c.png');
    const exportAt = async (runGamma: number): Promise<unknown> => {
      const { runId, folder } = await test.call('runs.create', {
        settings: settingsFrom('pruning', { gamma: runGamma }),
        unlabelled: null,
      });
      await mkdir(join(folder, 'predictions'));
      // p̃ = 0.6 and d = 1 everywhere.
      const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => [1, 153, 255][i % 3]!);
      await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: 6, height: 5, data });
      const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
      await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, beta: 1, best: false }] });
      await test.call('export.masks', {
        folder: out,
        format: 'masks',
        options: {},
        content: 'refined',
        runId,
        gamma: null,
        beta: null,
        imageIds: [imageId],
      });
      return (await readPng(join(out, 'masks/c.png'))).data;
    };
    expect(await exportAt(0.5)).toEqual(some(1));
    expect(await exportAt(0.7)).toEqual(some(IGNORE));
  });

  it('needs a run to refine with', async () => {
    test = await project();
    await expect(exportAll('refined')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('keeps the extension where two images differ in nothing else', async () => {
    test = await TestLibrary.create({ 'a.png': [6, 5] });
    await test.write('a.jpg', await readFile(join(test.folder, 'a.png')));
    await test.open(['a', 'b']);
    await test.call('project.index', null);
    await test.paint('a.png', some(0));
    await test.paint('a.jpg', some(1));
    await exportAll('human');
    expect((await readPng(join(out, 'masks/a.jpg.png'))).data).toEqual(some(1));
    expect((await readPng(join(out, 'masks/a.png.png'))).data).toEqual(some(0));
  });

  it('says which images a refined export has less of, and why', async () => {
    test = await project();
    await test.paint('a.png', some(1, 2));
    const { runId, folder } = await test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null });
    await mkdir(join(folder, 'predictions'));
    for (const path of ['sub/b.png', 'c.png']) {
      const imageId = await test.id(path);
      const data = new Uint8Array(SIZE * 3).fill(path === 'c.png' ? 0 : 255);
      await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: 6, height: 5, data });
      const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
      await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, beta: 1, best: false }] });
    }
    await writeFile(join(folder, predictionFile(await test.id('sub/b.png'))), 'damaged');
    const { written, remarks } = await exportAll('refined');
    expect(written).toBe(1);
    expect(remarks).toEqual([
      { what: `written with labels alone: ${runId} has no prediction of it`, images: 1, names: ['a.png'] },
      { what: 'left out: it has neither labels nor a pseudo-label that counts', images: 1, names: ['c.png'] },
      { what: `left out: it has no labels, and its prediction by ${runId} cannot be read`, images: 1, names: ['sub/b.png'] },
    ]);
    expect(JSON.parse(await readFile(join(out, 'export.json'), 'utf8'))).toMatchObject({
      content: 'refined',
      run: runId,
      masks: 1,
      remarks,
    });
  });

  it('takes names as long as names can be, and refuses longer ones before it writes', async () => {
    const long = (extension: string): string => 'x'.repeat(255 - extension.length) + extension;
    test = await TestLibrary.project({ [long('.png')]: [6, 5], [`${'y'.repeat(242)}.webp`]: [6, 5] });
    for (const path of await test.names()) await test.paint(path, some(1));
    expect(await exportAll('human')).toMatchObject({ written: 2 });
    expect((await readPng(join(out, 'masks', long('.png')))).data).toEqual(some(1));
    // Its mask must have both extensions now.
    await test.picture(long('.bmp'), 6, 5);
    await test.call('project.index', null);
    await expect(exportAll('human')).rejects.toMatchObject({ code: 'MASK_NAME', params: { reason: 'it is too long' } });
    expect(await readdir(join(out, 'masks'))).toHaveLength(2);
  });

  it('takes the place of an earlier export as a whole', async () => {
    test = await project();
    await test.paint('a.png', some(1));
    await test.paint('c.png', some(1));
    await exportAll('human');
    await writeFile(join(out, 'notes.txt'), 'mine');
    const { revision } = await test.call('labels.read', { imageId: await test.id('c.png') });
    await test.call('labels.undo', { imageId: await test.id('c.png'), revision });
    await test.call('classes.update', { id: 1, name: 'renamed' });
    await exportAll('human');
    expect((await readdir(out)).sort()).toEqual(['classes.json', 'export.json', 'masks', 'notes.txt', 'provenance.jsonl']);
    expect(await readdir(join(out, 'masks'))).toEqual(['a.png']);
    expect(await readFile(join(out, 'classes.json'), 'utf8')).toContain('renamed');
  });

  it('never takes the place of files that no export wrote', async () => {
    test = await project();
    await test.paint('a.png', some(1));
    await mkdir(join(out, 'masks'));
    await writeFile(join(out, 'masks', 'mine.png'), 'mine');
    await expect(exportAll('human')).rejects.toMatchObject({ code: 'EXPORT_FOREIGN', params: { found: 'masks/mine.png' } });
    await rm(join(out, 'masks', 'mine.png'));
    await exportAll('human');
    await writeFile(join(out, 'masks', 'mine.png'), 'mine');
    await expect(exportAll('human')).rejects.toMatchObject({
      code: 'EXPORT_FOREIGN',
      params: { found: '1 more files than the earlier export wrote' },
    });
    await rm(join(out, 'masks', 'mine.png'));
    await writeFile(join(out, 'masks', 'notes.txt'), 'mine');
    await expect(exportAll('human')).rejects.toMatchObject({ code: 'EXPORT_FOREIGN', params: { found: 'masks/notes.txt' } });
    expect(await readFile(join(out, 'masks', 'notes.txt'), 'utf8')).toBe('mine');
    expect(await readPng(join(out, 'masks', 'a.png'))).toMatchObject({ data: some(1) });
  });

  it('brings an export to its end that died while it took the place of the old one', async () => {
    test = await project();
    await test.paint('a.png', some(1));
    await exportAll('human');
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const [next, old] = ['new', 'old'].map((name) => join(out, `.espalier-export-${dead}-01234567`, name)) as [string, string];
    for (const name of await readdir(out)) if (!name.startsWith('.')) await cp(join(out, name), join(next, name), { recursive: true });
    await writeFile(join(next, 'classes.json'), '[]');
    await mkdir(old);
    for (const name of ['export.json', 'classes.json']) await rename(join(out, name), join(old, name));
    await writeFile(join(next, 'masks', 'notes.txt'), 'so that no other export follows');
    await expect(exportAll('human')).rejects.toMatchObject({ code: 'EXPORT_FOREIGN', params: { found: 'masks/notes.txt' } });
    expect((await readdir(out)).sort()).toEqual(['classes.json', 'export.json', 'masks', 'provenance.jsonl']);
    expect(await readFile(join(out, 'classes.json'), 'utf8')).toBe('[]');
  });

  it('leaves the folder as it was when it is cancelled', async () => {
    test = await TestLibrary.project(Object.fromEntries(['a', ...'0123456789'].map((name) => [`${name}.png`, [6, 5] as const])));
    for (const path of await test.names()) await test.paint(path, some(1));
    await exportAll('human');
    await test.paint('a.png', some(2));
    const abort = new AbortController();
    const work = test.call('export.masks', { ...HUMAN_MASKS, folder: out }, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await readdir(out)).sort()).toEqual(['classes.json', 'export.json', 'masks', 'provenance.jsonl']);
    expect((await readPng(join(out, 'masks', 'a.png'))).data).toEqual(some(1));
  });

  it('never writes into the project, nor out of the chosen folder', async () => {
    test = await project();
    await test.paint('sub/b.png', some(1));
    await expect(exportAll('human', test.folder)).rejects.toMatchObject({ code: 'EXPORT_INSIDE' });
    await expect(exportAll('human', join(test.folder, 'new', 'folder'))).rejects.toMatchObject({ code: 'EXPORT_INSIDE' });
    const elsewhere = join(out, 'elsewhere');
    await mkdir(elsewhere);
    await symlink(elsewhere, join(out, 'masks'));
    await expect(exportAll('human')).rejects.toMatchObject({ code: 'EXPORT_FOREIGN', params: { found: 'masks' } });
    expect(await readdir(elsewhere)).toEqual([]);
    await writeFile(join(out, 'file'), '');
    await expect(exportAll('human', join(out, 'file'))).rejects.toMatchObject({ code: 'EXPORT_FOLDER' });
  });
});
