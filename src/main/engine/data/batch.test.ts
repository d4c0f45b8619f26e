import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePng } from '../../media/png';
import { BatchMaker, NO_CLASS, type UnlabelledImages } from './batch';
import { type BatchPlan, checkFiles } from './plan';

const SIDE = 40;
const IDS = [3, 0, 9];
const CACHE = 1e8;

let folder: string;
let plan: BatchPlan;

/** A picture whose red is 100 + 10 × class index, with the class ids as its mask. */
async function makeImage(name: string, width: number, height: number): Promise<{ path: string; labels: string }> {
  const indices = Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 0 : 2));
  const rgb = Uint8Array.from({ length: indices.length * 3 }, (_, i) => (i % 3 === 0 ? 100 + 10 * indices[Math.floor(i / 3)]! : 60));
  const [path, labels] = [join(folder, `${name}.png`), join(folder, `${name}-labels.png`)];
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  await writePng(labels, { kind: 'grey', width, height, data: indices.map((index) => IDS[index]!) });
  return { path, labels };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-batch-'));
  const [large, small, wide] = await Promise.all([makeImage('large', 90, 70), makeImage('small', 20, 16), makeImage('wide', 300, 4)]);
  plan = {
    seed: 5,
    crop: SIDE,
    batch: 2,
    unlabelledBatch: 3,
    cutmix: true,
    anchors: 50,
    negatives: 300,
    unlabelledFrom: 2,
    normalisation: { mean: [100, 0, 0], deviation: [10, 1, 1] },
    classIds: IDS,
    labelled: [large, small],
    unlabelled: [large, small, wide].map(({ path, labels }) => ({ path, rejected: labels })),
  };
});
afterAll(() => rm(folder, { recursive: true }));

describe('a batch', () => {
  test('depends on its number only: made in any order, by any maker, it is the same', async () => {
    const [first, second] = [new BatchMaker(plan, CACHE), new BatchMaker(plan, 0)];
    const forwards = [await first.step(3), await first.step(4), await first.views(1, 0)];
    const backwards = [await second.views(1, 0), await second.step(4), await second.step(3)].reverse();
    expect(forwards).toEqual(backwards);
    expect(forwards[0]).not.toEqual({ ...forwards[1]!, step: 3 });
    expect(await new BatchMaker({ ...plan, seed: 6 }, CACHE).step(3)).not.toEqual(forwards[0]);
  });

  test('has no unlabelled images during warm-up', async () => {
    const maker = new BatchMaker(plan, CACHE);
    expect((await maker.step(1)).unlabelled).toBeNull();
    expect((await maker.step(2)).unlabelled).not.toBeNull();
  });

  test('has as many labelled and unlabelled images as the plan says', async () => {
    const { labelled, unlabelled } = await new BatchMaker(plan, CACHE).step(2);
    expect([labelled.labels.length, unlabelled!.inside.length, unlabelled!.partners.length]).toEqual([2 * SIDE ** 2, 3 * SIDE ** 2, 3]);
  });

  test('shows labels where their pixels are, as class indices, and 255 exactly in the padding', async () => {
    const maker = new BatchMaker(plan, CACHE);
    let padded = 0;
    for (let step = 0; step < 12; step++) {
      const { images, labels } = (await maker.step(step)).labelled;
      labels.forEach((label, i) => {
        const red = images[3 * i]!;
        const isPadding = images[3 * i + 1] === 0;
        padded += Number(isPadding);
        expect(label === NO_CLASS).toBe(isPadding);
        // Between the two classes red is interpolated.
        if (!isPadding && (red < 0.5 || red > 1.5)) expect(label).toBe(Math.round(red));
      });
    }
    expect(padded).toBeGreaterThan(1000);
  });

  test('gives both views the same crop, and marks its padding', async () => {
    const maker = new BatchMaker({ ...plan, cutmix: false }, CACHE);
    const views = await Promise.all([2, 3, 4, 5, 6].map(async (step) => (await maker.step(step)).unlabelled!));
    for (const each of views) expectViews(each);
    expect(views.flatMap(({ inside }) => Array.from(inside))).toContain(0);
  });

  test('pastes boxes of CutMix into the strong view only', async () => {
    const [mixed, plain] = [new BatchMaker(plan, CACHE), new BatchMaker({ ...plan, cutmix: false }, CACHE)];
    let pasted = 0;
    for (let step = 2; step < 8; step++) {
      const [a, b] = [(await mixed.step(step)).unlabelled!, (await plain.step(step)).unlabelled!];
      expect({ ...a, strong: null, boxes: null }).toEqual({ ...b, strong: null, boxes: null });
      expect(a.strong).toEqual(pastedByHand(b.strong, a));
      pasted += a.boxes.filter((edge) => edge > 0).length;
    }
    expect(pasted).toBeGreaterThan(0);
  });

  test('draws anchors and negatives among the pixels of the features', async () => {
    const { anchors, negatives } = (await new BatchMaker(plan, CACHE).step(2)).unlabelled!;
    for (const indices of [anchors, negatives]) {
      expect(new Set(indices).size).toBe(indices.length);
      expect(indices.every((index) => index >= 0 && index < 300)).toBe(true);
    }
    expect([anchors.length, negatives.length]).toEqual([50, 300]);
  });
});

function expectViews(views: UnlabelledImages): void {
  views.inside.forEach((inside, i) => {
    for (const view of [views.weak, views.strong]) {
      const pixel = Array.from(view.slice(3 * i, 3 * i + 3));
      if (inside === 0) expect(pixel).toEqual([0, 0, 0]);
      else expect(pixel).not.toEqual([0, 0, 0]);
    }
    if (inside === 0) expect(views.rejected[i]).toBe(NO_CLASS);
  });
  expect(views.boxes.every((edge) => edge === 0)).toBe(true);
  expect(views.weak).not.toEqual(views.strong);
}

function pastedByHand(strong: Float32Array, { boxes, partners }: UnlabelledImages): Float32Array {
  return strong.map((value, at) => {
    const [image, y, x, channel] = [
      Math.floor(at / (SIDE * SIDE * 3)),
      Math.floor(at / (SIDE * 3)) % SIDE,
      Math.floor(at / 3) % SIDE,
      at % 3,
    ];
    const [top, left, bottom, right] = [0, 1, 2, 3].map((edge) => boxes[4 * image + edge]!) as [number, number, number, number];
    const within = y >= top && y < bottom && x >= left && x < right;
    return within ? strong[((partners[image]! * SIDE + y) * SIDE + x) * 3 + channel]! : value;
  });
}

describe('bad input', () => {
  test('an image that is gone is named before training', async () => {
    await expect(checkFiles(plan)).resolves.toBeUndefined();
    const gone = { ...plan, unlabelled: [...plan.unlabelled, { path: join(folder, 'gone.png'), rejected: null }] };
    await expect(checkFiles(gone)).rejects.toMatchObject({ code: 'IMAGE_MISSING', params: { name: 'gone.png' } });
  });

  test('a damaged image or a mask of another size stops the batch, and says which', async () => {
    const damaged = join(folder, 'damaged.png');
    await writeFile(damaged, 'no picture');
    const large = plan.labelled[0]!;
    const one = { ...plan, labelled: [{ path: damaged, labels: large.labels }] };
    await expect(new BatchMaker(one, CACHE).step(0)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE', params: { name: 'damaged.png' } });
    const other = { ...plan, labelled: [{ path: large.path, labels: plan.labelled[1]!.labels }] };
    await expect(new BatchMaker(other, CACHE).step(0)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      params: { file: 'small-labels.png', reason: 'it is 20 × 16 but its image is 90 × 70' },
    });
  });
});
