import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { predictionFile } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import type { TestLibrary } from '../testing/library';
import { masksProject, SIZE, some } from '../testing/masks';

let test: TestLibrary;
let out: string;
let [runId, imageId] = ['', 0];

/** c.png: pixels 0…4 by hand, 5…7 accepted from a run, 8 accepted of nobody knows what; predicted: class 1, sure of the first twenty. */
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'espalier-provenance-'));
  test = await masksProject();
  await test.paint('a.png', some(1, 2), 'imported');
  await test.paint('c.png', some(IGNORE).fill(2, 0, 5));
  const run = await test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null });
  [runId, imageId] = [run.runId, await test.id('c.png')];
  await mkdir(join(run.folder, 'predictions'));
  const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => [1, i >= 60 ? 51 : 204, 255][i % 3]!);
  await writePng(join(run.folder, predictionFile(imageId)), { kind: 'rgb', width: 6, height: 5, data });
  const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
  await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, beta: 1, best: false }] });
  const { version: prediction } = await test.call('predictions.read', { runId, imageId });
  const { revision } = await test.call('labels.read', { imageId });
  const accepted = { classId: 1, region: Uint32Array.of(5, 3), diff: Uint32Array.of(5, 3, IGNORE | (1 << 8)) };
  await test.call('review.accept', { runId, imageId, prediction, revision, ...accepted });
  await test.paint('c.png', (await test.map('c.png')).fill(0, 8, 9), 'accepted');
});
afterEach(async () => {
  await test.remove();
  await rm(out, { recursive: true });
});

const exportAll = (content: 'human' | 'refined', maps: boolean) =>
  test.call('export.masks', { folder: out, format: 'masks', options: {}, content, runId, gamma: 0.7, beta: 0.5, imageIds: null, maps });

async function lines(): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(out, 'provenance.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('says of each image how many pixels came from where, from which run, and what counted as sure', async () => {
  await exportAll('refined', false);
  const [head, ...images] = await lines();
  expect(head).toMatchObject({ by: 'Espalier', format: 'masks', content: 'refined', pseudoLabels: { run: runId, gamma: 0.7, beta: 0.5 } });
  expect(images).toEqual([
    {
      image: 'a.png',
      subset: null,
      width: 6,
      height: 5,
      pixels: { none: 0, human: 0, accepted: 0, imported: SIZE, pseudoLabel: 0 },
      acceptedFrom: [],
    },
    {
      image: 'c.png',
      subset: null,
      width: 6,
      height: 5,
      pixels: { none: 10, human: 5, accepted: 4, imported: 0, pseudoLabel: 11 },
      acceptedFrom: [
        { run: null, pixels: 1 },
        { run: runId, pixels: 3 },
      ],
    },
  ]);
});

it('counts as none what an export of labels by hand leaves out', async () => {
  await exportAll('human', false);
  const [head, , c] = await lines();
  expect(head).toMatchObject({ pseudoLabels: null });
  expect(c).toMatchObject({ image: 'c.png', pixels: { none: 25, human: 5, accepted: 0 }, acceptedFrom: [] });
});

it('writes maps of it on request, which go with the next export that has none, and an import finds the masks all the same', async () => {
  await exportAll('refined', true);
  const sources = await sharp(join(out, 'provenance/sources/c.png')).removeAlpha().raw().toBuffer();
  expect(sources.length).toBe(3 * SIZE);
  expect([0, 5, 8, 9, 19, 20].map((pixel) => sources[3 * pixel])).toEqual([38, 52, 52, 220, 220, 0]);
  const { data, info } = await sharp(join(out, 'provenance/probability/c.png'))
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 6, height: 5, channels: 1 });
  expect([...new Uint16Array(data.buffer, data.byteOffset, SIZE)]).toEqual([...some(0)].map((_, i) => 257 * (i >= 20 ? 51 : 204)));

  const c = await test.map('c.png');
  expect(await test.call('import.look', { folder: out, format: null, options: {} })).toMatchObject({
    format: 'masks',
    images: 2,
    leftOut: 0,
  });
  await test.paint('c.png', some(IGNORE));
  await test.call('import.masks', { folder: out, format: null, options: {}, imageIds: null });
  expect((await test.map('c.png')).slice(0, 9)).toEqual(c.slice(0, 9));
  await exportAll('human', false);
  await expect(readFile(join(out, 'provenance/sources/c.png'))).rejects.toMatchObject({ code: 'ENOENT' });
});
