import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import type { ProgressOf, ReviewRule } from '@shared/protocol';
import { refinedScore } from '@shared/review';
import { decodeConfidence, decodeSimilarity, predictionFile } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import { TestLibrary } from '../testing/library';

const [WIDTH, HEIGHT] = [16, 8];
const SIZE = WIDTH * HEIGHT;
const NAMES = ['1.png', '2.png', '3.png'];
const byPixel = (of: (i: number) => number): Uint8Array => Uint8Array.from({ length: SIZE }, (_, i) => of(i));
const predicted = (id: number) => byPixel((i) => (i * 5 + id) % 3);
const confidence = byPixel((i) => 100 + i);
const similarity = byPixel((i) => 255 - 2 * i);
const labels = byPixel((i) => (i < 20 ? 0 : i < 40 ? 1 : IGNORE));

let test: TestLibrary;
let rule: ReviewRule;
beforeEach(async () => {
  test = await TestLibrary.project(Object.fromEntries(NAMES.map((name) => [name, [WIDTH, HEIGHT] as const])));
  await test.paint('1.png', labels);
  const { runId, folder } = await test.call('runs.create', { settings: settingsFrom('pruning', {}), unlabelled: null });
  await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
  mkdirSync(join(folder, 'predictions'));
  for (const imageId of [1, 2, 3]) {
    const planes = [predicted(imageId), confidence, similarity];
    const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => planes[i % 3]![Math.floor(i / 3)]!);
    await writePng(join(folder, predictionFile(imageId)), { kind: 'rgb', width: WIDTH, height: HEIGHT, data });
    const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
    await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId, shares, best: false, beta: 1 }] });
  }
  const query = { filter: 'all', sort: 'name', search: '', runId } as const;
  rule = { runId, classIds: [2], least: 0.3, beta: 1, imageIds: null, query };
});
afterEach(() => test.remove());

/** Where the rule holds of an image, told from the arrays. */
const holds = (id: number, i: number): boolean =>
  predicted(id)[i] === 2 && refinedScore(decodeConfidence(confidence[i]!), decodeSimilarity(similarity[i]!), 1) >= 0.3;
const expected = (id: number, before: Uint8Array): Uint8Array => before.map((label, i) => (label === IGNORE && holds(id, i) ? 2 : label));
const NONE = byPixel(() => IGNORE);
const maps = () => Promise.all(NAMES.map((name) => test.map(name)));

it('a rule takes what it says in every image, never over labels or what was rejected, and is taken back whole', async () => {
  // Class 2 is barred from the last row of the third image.
  const { version } = await test.call('predictions.read', { runId: rule.runId, imageId: 3 });
  const barred = Uint32Array.of(SIZE - WIDTH, WIDTH);
  await test.call('review.reject', {
    runId: rule.runId,
    imageId: 3,
    prediction: version,
    revision: 0,
    regions: [{ classId: 2, region: barred }],
  });
  const before = await maps();
  const wanted = [expected(1, labels), expected(2, NONE), expected(3, NONE).map((id, i) => (i >= SIZE - WIDTH ? IGNORE : id))];
  const counts = wanted.map((map, at) => map.filter((id, i) => id !== before[at]![i]).length);
  const tried = await test.call('review.tryRule', rule);
  expect(await maps()).toEqual(before);
  expect(tried).toMatchObject({ images: 3, pixels: counts[0]! + counts[1]! + counts[2]! });
  expect(tried.most.map(({ imageId, pixels }) => [imageId, pixels])).toEqual(
    counts.map((pixels, at) => [at + 1, pixels] as const).sort((a, b) => b[1] - a[1] || a[0] - b[0]),
  );

  const told: ProgressOf<'review.acceptByRule'>[] = [];
  await test.call('review.acceptByRule', rule, { onProgress: (each) => told.push(each as (typeof told)[number]) });
  expect(await maps()).toEqual(wanted);
  const decisions = told.flatMap(({ taken }) => (taken ? [taken.decision] : []));
  expect(await test.call('review.decisions', { imageId: 2 })).toMatchObject([
    { id: decisions[1], kind: 'accept', classId: 2, pixels: counts[1] },
  ]);
  expect(await test.call('review.tryRule', rule)).toEqual({ images: 0, pixels: 0, most: [] });
  await test.call('review.revokeAll', { ids: decisions });
  expect(await maps()).toEqual(before);
});

it('a rule that is aborted keeps what it has told of, and takes only the images it is given', async () => {
  const controller = new AbortController();
  const told: ProgressOf<'review.acceptByRule'>[] = [];
  const onProgress = (each: unknown): void => {
    told.push(each as (typeof told)[number]);
    controller.abort();
  };
  const aborted = test.call(
    'review.acceptByRule',
    { ...rule, imageIds: [2, ...new Array<number>(100).fill(3)] },
    { signal: controller.signal, onProgress },
  );
  await expect(aborted).rejects.toMatchObject({ code: 'CANCELLED' });
  const [first, second, third] = await maps();
  expect([first, second]).toEqual([labels, expected(2, NONE)]);
  expect(told[0]?.taken?.imageId).toBe(2);
  // It may have begun with the next image when it heard.
  expect([NONE, expected(3, NONE)]).toContainEqual(third);
});
