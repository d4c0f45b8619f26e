import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePng } from '../../media/png';
import { type Batch, BatchMaker, NO_CLASS, type UnlabelledImages } from './batch';
import { PAPER_RESIZING } from './augment/weak-view';
import type { BatchPlan } from './plan';
import { unexpected } from '../testing/left-out';

const SIDE = 40;
const IDS = [3, 0, 9];
const CACHE = 1e8;

let folder: string;
let plan: BatchPlan;

/** A picture whose red is 100 + 10 × class index, with the class ids as its mask. */
async function makeImage(name: string, width: number, height: number): Promise<{ id: number; path: string; labels: string }> {
  const indices = Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 0 : 2));
  const rgb = Uint8Array.from({ length: indices.length * 3 }, (_, i) => (i % 3 === 0 ? 100 + 10 * indices[Math.floor(i / 3)]! : 60));
  const [path, labels] = [join(folder, `${name}.png`), join(folder, `${name}-labels.png`)];
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  await writePng(labels, { kind: 'grey', width, height, data: indices.map((index) => IDS[index]!) });
  return { id: ++made, path, labels };
}
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-batch-'));
  const [large, small, wide] = await Promise.all([makeImage('large', 90, 70), makeImage('small', 20, 16), makeImage('wide', 300, 4)]);
  plan = {
    seed: 5,
    crop: SIDE,
    resizing: PAPER_RESIZING,
    mild: false,
    batch: 2,
    unlabelledBatch: 3,
    cutmix: true,
    anchors: 50,
    negatives: 300,
    unlabelledFrom: 2,
    normalisation: { mean: [100, 0, 0], deviation: [10, 1, 1] },
    classIds: IDS,
    labelled: [large, small],
    unlabelled: [large, small, wide].map(({ id, path, labels }) => ({ id, path, rejected: labels })),
  };
});
afterAll(() => rm(folder, { recursive: true }));

describe('a batch', () => {
  test('depends on its number only: made in any order, by any maker, it is the same', async () => {
    const [first, second] = [new BatchMaker(plan, CACHE, unexpected), new BatchMaker(plan, 0, unexpected)];
    const forwards = [await first.step(3), await first.step(4), await first.views(1, 0)];
    const backwards = [await second.views(1, 0), await second.step(4), await second.step(3)].reverse();
    expect(forwards).toEqual(backwards);
    expect(forwards[0]).not.toEqual({ ...forwards[1]!, step: 3 });
    expect(await new BatchMaker({ ...plan, seed: 6 }, CACHE, unexpected).step(3)).not.toEqual(forwards[0]);
  });

  test('has no unlabelled images during warm-up', async () => {
    const maker = new BatchMaker(plan, CACHE, unexpected);
    expect((await maker.step(1)).unlabelled).toBeNull();
    expect((await maker.step(2)).unlabelled).not.toBeNull();
  });

  test('has as many labelled and unlabelled images as the plan says', async () => {
    const { labelled, unlabelled } = await new BatchMaker(plan, CACHE, unexpected).step(2);
    expect([labelled.labels.length, unlabelled!.inside.length, unlabelled!.partners.length]).toEqual([2 * SIDE ** 2, 3 * SIDE ** 2, 3]);
  });

  test('shows labels where their pixels are, as class indices, and 255 exactly in the padding', async () => {
    const maker = new BatchMaker(plan, CACHE, unexpected);
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
    const maker = new BatchMaker({ ...plan, cutmix: false }, CACHE, unexpected);
    const views = await Promise.all([2, 3, 4, 5, 6].map(async (step) => (await maker.step(step)).unlabelled!));
    for (const each of views) expectViews(each);
    expect(views.flatMap(({ inside }) => Array.from(inside))).toContain(0);
  });

  test('pastes boxes of CutMix into the strong view only', async () => {
    const [mixed, plain] = [new BatchMaker(plan, CACHE, unexpected), new BatchMaker({ ...plan, cutmix: false }, CACHE, unexpected)];
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
    const { anchors, negatives } = (await new BatchMaker(plan, CACHE, unexpected).step(2)).unlabelled!;
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
  /** What was left out while these batches were made, each a line. */
  async function leftOutOf(given: BatchPlan, steps: readonly number[]): Promise<{ leftOut: string[]; batches: Batch[] }> {
    const leftOut: string[] = [];
    const maker = new BatchMaker(given, CACHE, ({ imageId, name, reason, stage }) =>
      leftOut.push(`${stage} ${imageId} ${name}: ${reason}`),
    );
    const batches: Batch[] = [];
    for (const step of steps) batches.push(await maker.step(step));
    return { leftOut, batches };
  }
  /** The large image, one that is no picture, one that is gone, and the small one. */
  async function withDamage(): Promise<BatchPlan> {
    const damaged = join(folder, 'damaged.png');
    await writeFile(damaged, 'no picture');
    const [large, small] = plan.labelled;
    const other = [
      { ...large!, id: 11, path: damaged },
      { ...large!, id: 12, path: join(folder, 'gone.png') },
    ];
    return {
      ...plan,
      labelled: [large!, ...other, small!],
      unlabelled: [large!, ...other, small!].map(({ id, path }) => ({ id, path, rejected: null })),
    };
  }

  test('an image that cannot be read is left out, said once in each list, and the next takes its place', async () => {
    const given = await withDamage();
    const { leftOut, batches } = await leftOutOf(given, [2, 3, 4, 5, 6, 7]);
    const lines = [
      'training 11 damaged.png: it is not a JPEG, PNG, WebP, TIFF or BMP picture',
      'training 12 gone.png: the file is no longer there',
    ];
    expect(leftOut.toSorted()).toEqual([lines[0], lines[0], lines[1], lines[1]]);
    const small = given.labelled[3]!;
    const replaced = {
      ...given,
      labelled: [given.labelled[0]!, small, small, small],
      unlabelled: given.unlabelled.with(1, given.unlabelled[3]!).with(2, given.unlabelled[3]!),
    };
    expect(batches).toEqual((await leftOutOf(replaced, [2, 3, 4, 5, 6, 7])).batches);
  });

  test('which images take the place of others does not depend on what was read before', async () => {
    const given = await withDamage();
    expect((await leftOutOf(given, [5])).batches).toEqual((await leftOutOf(given, [2, 3, 5])).batches.slice(2));
  });

  test('an image whose mask has another size is left out, with the reason', async () => {
    const [large, small] = plan.labelled;
    const given = { ...plan, labelled: [{ ...large!, labels: small!.labels }, small!] };
    expect((await leftOutOf(given, [0, 1])).leftOut).toEqual([`training ${large!.id} large.png: it is 20 × 16 but its image is 90 × 70`]);
  });

  test('where none can be read, that is said', async () => {
    const given = await withDamage();
    await expect(leftOutOf({ ...given, labelled: given.labelled.slice(1, 3) }, [0])).rejects.toThrow(
      /^None of the 2 labelled images can be read \(one is (damaged|gone)\.png: .*\); put the files right and index again\.$/,
    );
    await expect(leftOutOf({ ...given, unlabelled: given.unlabelled.slice(1, 2) }, [2])).rejects.toMatchObject({
      code: 'NONE_READABLE',
      params: { count: 1, which: 'unlabelled', name: 'damaged.png' },
    });
  });
});
