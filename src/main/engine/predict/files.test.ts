import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabelClass, ReviewShares } from '@shared/domain';
import { EMBEDDING, embeddingFile, encodeEmbedding, predictionFile, RUN_FILES } from '@shared/run';
import type { Session } from '../compile/program';
import { readPng, writePng } from '../../media/png';
import type { Reading } from '../data/left-out';
import { unexpected } from '../testing/left-out';
import { evaluate } from './evaluate';
import type { NamedImage } from './images';
import { predictMasks } from './masks';
import { CONVOLUTIONAL_INPUT } from '../model/backbones/description';
import { Predictor } from './predictor';
import { predictForReview } from './review';

const never: Reading = { signal: new AbortController().signal, onLeftOut: unexpected };
const [WIDTH, HEIGHT] = [20, 10];
const CLASSES: LabelClass[] = [
  { id: 4, name: 'four', color: '#040000', position: 0 },
  { id: 0, name: 'zero', color: '#0000ff', position: 1 },
];

/** Says class 1 where red is above 127, p̃ = green / 255, d = blue / 255. */
const session: Session = {
  assign: () => undefined,
  read: () => ({}),
  dispose: () => undefined,
  call(_, { image }) {
    const channel = (c: number): Float32Array => (image as Float32Array).filter((_, i) => i % 3 === c);
    const classes = Int32Array.from(channel(0), (red) => Number(red > 127));
    const numbers = 4 * 8 * EMBEDDING.channels;
    const embedding = Float32Array.from({ length: CONVOLUTIONAL_INPUT.atOnce * numbers }, (_, i) => (i % numbers) / 256 - 1);
    return { classes, confidence: channel(1).map((v) => v / 255), similarity: channel(2).map((v) => v / 255), embedding };
  },
};
const predictor = new Predictor(session, { shapes: [[16, 32]], shapeFor: () => [16, 32] }, CONVOLUTIONAL_INPUT.atOnce);

let folder: string;
let images: NamedImage[];

/** Left half: class index 0, p̃ 0.6, d 1. Right half: class index 1, p̃ 0.8; d 1 above and 0.6 below. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-predictions-'));
  const path = join(folder, 'a.png');
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    const right = x >= WIDTH / 2;
    return [right ? 200 : 10, right ? 204 : 153, right && y >= HEIGHT / 2 ? 153 : 255][i % 3]!;
  });
  await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toFile(path);
  images = [{ id: 7, path, width: WIDTH, height: HEIGHT, name: 'sub/a' }];
});
afterAll(() => rm(folder, { recursive: true }));

test('a review file holds class id, p̃ and d, and the shares tell kept, unsure and doubted apart', async () => {
  const told: [number, ReviewShares][] = [];
  await predictForReview(
    { predictor, classIds: [4, 0], folder, gamma: 0.7, beta: 1 },
    images,
    ({ id }, shares) => told.push([id, shares]),
    never,
  );
  expect(told).toHaveLength(1);
  expect(told[0]![0]).toBe(7);
  const { meanSimilarity, ...shares } = told[0]![1];
  expect(shares).toEqual({ kept: 0.25, lowConfidence: 0.5, doubted: 0.25 });
  expect(meanSimilarity).toBeCloseTo(0.9, 2);
  const { kind, width, height, data } = await readPng(join(folder, predictionFile(7)));
  expect([kind, width, height]).toEqual(['rgb', WIDTH, HEIGHT]);
  expect(Array.from(data.slice(0, 3))).toEqual([4, 153, 255]);
  expect(Array.from(data.slice(-3))).toEqual([0, 204, 94]);
});

test('an embedding file holds one plane a channel, of the cells that begin inside the image', async () => {
  await predictForReview({ predictor, classIds: [4, 0], folder, gamma: 0.7, beta: 1 }, images, () => undefined, never);
  const { kind, width, height, data } = await readPng(join(folder, embeddingFile(7)));
  expect([kind, width, height]).toEqual(['grey', 5, 3 * EMBEDDING.channels]);
  const value = (column: number, row: number, channel: number): number => data[(channel * 3 + row) * 5 + column]!;
  for (const [column, row, channel] of [
    [0, 0, 0],
    [4, 2, 0],
    [1, 2, 9],
  ] as const) {
    expect(value(column, row, channel)).toBe(encodeEmbedding(((row * 8 + column) * EMBEDDING.channels + channel) / 256 - 1));
  }
});

test('masks are indexed by class id in the colours of the project, in the folders of their images', async () => {
  let told = 0;
  await predictMasks(predictor, CLASSES, images, join(folder, 'out'), () => told++, never);
  expect(told).toBe(1);
  const { kind, data } = await readPng(join(folder, 'out/sub/a.png'));
  expect(kind).toBe('indexed');
  expect([data[0], data[WIDTH - 1]]).toEqual([4, 0]);
  const shown = await sharp(join(folder, 'out/sub/a.png')).removeAlpha().raw().toBuffer();
  expect(Array.from(shown.subarray(0, 3))).toEqual([4, 0, 0]);
  expect(Array.from(shown.subarray(-3))).toEqual([0, 0, 255]);
});

describe('evaluation', () => {
  /** Truth of class 0 everywhere but in the first row, which nobody labelled, and 4 in the last column. */
  const truth = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i < WIDTH ? 255 : i % WIDTH === WIDTH - 1 ? 4 : 0));

  async function run(data: Uint8Array, width = WIDTH): ReturnType<typeof evaluate> {
    const file = join(folder, 'truth.png');
    await writePng(file, { kind: 'grey', width, height: data.length / width, data });
    const compared = images.map((image) => ({ ...image, truth: file }));
    return evaluate('teacher', predictor, CLASSES, compared, () => undefined, never);
  }

  test('counts by class index and leaves unlabelled pixels out', async () => {
    const result = await run(truth);
    expect(result.confusion).toEqual([
      [0, 9],
      [90, 81],
    ]);
    expect(result.accuracy).toBeCloseTo(81 / 180, 9);
    expect(result.perClass).toEqual([
      { id: 4, name: 'four', iou: 0 },
      { id: 0, name: 'zero', iou: 81 / 180 },
    ]);
    expect(result.miou).toBeCloseTo(81 / 360, 9);
    expect(result).toMatchObject({ network: 'teacher', images: 1 });
  });

  test('refuses truth of another size, or empty', async () => {
    await expect(run(truth, HEIGHT)).rejects.toMatchObject({
      code: 'IMPORT_SIZE',
      params: { name: join(folder, 'truth.png'), found: '10 × 20', expected: '20 × 10' },
    });
    await expect(run(new Uint8Array(truth.length).fill(77))).rejects.toMatchObject({ code: 'TRUTH_EMPTY' });
  });
});

test('an abort leaves no half-written file', async () => {
  const run = join(folder, 'aborted');
  const many = Array.from({ length: 30 }, (_, i) => ({ ...images[0]!, id: 100 + i }));
  const abort = new AbortController();
  const work = predictForReview({ predictor, classIds: [4, 0], folder: run, gamma: 0.7, beta: 1 }, many, () => abort.abort(), {
    signal: abort.signal,
    onLeftOut: unexpected,
  });
  await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  const files = await readdir(join(run, RUN_FILES.predictions));
  expect(files.length).toBeLessThan(30);
  for (const file of files)
    expect([WIDTH, WIDTH / EMBEDDING.stride]).toContain((await readPng(join(run, RUN_FILES.predictions, file))).width);
});

test('no more images are predicted while nobody can hear of them', async () => {
  const many = Array.from({ length: 30 }, (_, i) => ({ ...images[0]!, id: 200 + i }));
  let told = 0;
  let goOn = (): void => undefined;
  const wanted = new Promise<void>((resolve) => (goOn = resolve));
  const onImage = (): Promise<void> => {
    told++;
    return wanted;
  };
  const work = predictForReview({ predictor, classIds: [4, 0], folder, gamma: 0.7, beta: 1 }, many, onImage, never);
  // Batches that may be under way at once.
  const atOnce = 3 * CONVOLUTIONAL_INPUT.atOnce;
  await expect.poll(() => told).toBe(atOnce);
  for (let i = 0; i < 20; i++) await readPng(join(folder, predictionFile(200)));
  expect(told).toBe(atOnce);
  goOn();
  await work;
  expect(told).toBe(30);
});
