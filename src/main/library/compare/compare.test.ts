import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeScore } from '@shared/comparison';
import type { ImageQuery } from '@shared/domain';
import { IGNORE } from '@shared/mask';
import { predictionFile } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { writePng } from '../../media/png';
import { TestLibrary } from '../testing/library';

const [WIDTH, HEIGHT] = [20, 10];
const SIZE = WIDTH * HEIGHT;
const settings = settingsFrom('quick', { method: 'sup', gamma: 0.8 });

let test: TestLibrary;
beforeEach(async () => {
  test = await TestLibrary.project({ '1.png': [WIDTH, HEIGHT], '2.png': [WIDTH, HEIGHT], '3.png': [WIDTH, HEIGHT] });
});
afterEach(() => test.remove());

/** Classes 0 to 2 as a formula of the pixel has them. */
const classes = (of: (i: number) => number): Uint8Array => Uint8Array.from({ length: SIZE }, (_, i) => of(i));
/** Of each image, what the two runs predict; confident of every third pixel alone. */
const first = (id: number) => classes((i) => (i * 7 + id) % 3);
const second = (id: number) => classes((i) => (i % 5 === 0 ? 2 : first(id)[i]!));
const CONFIDENCE = classes((i) => (i % 3 === 0 ? 250 : 100));

async function run(predicted: (id: number) => Uint8Array): Promise<string> {
  const { runId, folder } = await test.call('runs.create', { settings, unlabelled: null });
  await test.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
  for (const { id } of await test.images()) await predict(runId, folder, id, predicted(id));
  return runId;
}

async function predict(runId: string, folder: string, id: number, predicted: Uint8Array): Promise<void> {
  mkdirSync(join(folder, 'predictions'), { recursive: true });
  const data = Uint8Array.from({ length: SIZE * 3 }, (_, i) => [predicted, CONFIDENCE][i % 3]?.[Math.floor(i / 3)] ?? 255);
  await writePng(join(folder, predictionFile(id)), { kind: 'rgb', width: WIDTH, height: HEIGHT, data });
  const shares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };
  await test.call('runs.record', { runId, news: [{ kind: 'prediction', imageId: id, shares, best: false, beta: 1 }] });
}

/** As many pixels of each pair of classes as a walk over the arrays finds, in the order of the cells. */
function counted(pairs: readonly (readonly [labels: Uint8Array, predicted: Uint8Array])[]) {
  const cells = new Map<string, number>();
  for (const [labels, predicted] of pairs) {
    labels.forEach((label, i) => {
      if (label !== IGNORE) cells.set(`${label} ${predicted[i]!}`, (cells.get(`${label} ${predicted[i]!}`) ?? 0) + 1);
    });
  }
  return [...cells.keys()].sort().map((key) => {
    const [label, predicted] = key.split(' ').map(Number);
    return { label, predicted, pixels: cells.get(key) };
  });
}

const share = (a: Uint8Array, b: Uint8Array): number => a.filter((value, i) => value !== b[i]).length / SIZE;
const drawn = classes((i) => (i < 90 ? Math.floor(i / 30) : IGNORE));
const later = classes((i) => (i % 2 === 0 ? 1 : IGNORE));

describe('two runs', () => {
  it('are told apart pixel by pixel, on all labels and on those that neither learnt from; accepted labels do not count', async () => {
    await test.paint('1.png', drawn);
    const [a, b] = [await run(first), await run(second)];
    await test.paint('2.png', later);
    await test.paint(
      '3.png',
      classes(() => 0),
      'accepted',
    );
    const progress: unknown[] = [];
    const measured = await test.call('comparisons.measure', { runId: b, other: a }, { onProgress: (each) => progress.push(each) });
    expect([measured, progress.at(-1)]).toEqual([
      { measured: 3, leftOut: 0 },
      { done: 3, total: 3, secondsLeft: 0 },
    ]);
    const compared = await test.call('comparisons.read', { runId: b, other: a });
    const changes = [1, 2, 3].map((id) => share(first(id), second(id)));
    expect(compared.change).toEqual({ images: 3, mean: expect.closeTo((changes[0]! + changes[1]! + changes[2]!) / 3, 12) as number });
    expect(compared.all).toEqual({
      images: 3,
      run: counted([
        [drawn, second(1)],
        [later, second(2)],
      ]),
      other: counted([
        [drawn, first(1)],
        [later, first(2)],
      ]),
    });
    expect(compared.unseen).toEqual({ images: 2, run: counted([[later, second(2)]]), other: counted([[later, first(2)]]) });

    const list = (query: Partial<ImageQuery>) => test.images({ runId: b, against: a, ...query });
    const byChange = await list({ sort: 'change' });
    expect(byChange.map(({ scores }) => scores[changeScore(a)])).toEqual([...changes].sort((x, y) => y - x));
    expect(await test.names({ runId: b, against: a, filter: 'changed', over: Math.max(...changes) })).toEqual([]);
    const contradicted = (labels: Uint8Array, predicted: Uint8Array, at: (i: number) => boolean = () => true): number =>
      labels.filter((label, i) => label !== IGNORE && label !== predicted[i] && at(i)).length;
    const scores = await list({ sort: 'name' });
    expect(scores.map((image) => image.scores.contradicted)).toEqual([contradicted(drawn, second(1)), contradicted(later, second(2)), 0]);
    // Only where it is sure, and of what it has not learnt.
    expect(scores.map((image) => image.scores.suspect)).toEqual([0, contradicted(later, second(2), (i) => i % 3 === 0), 0]);
    const cell = { label: 1, predicted: 2 };
    const pixels = [drawn, later].map((labels, i) =>
      contradicted(labels, second(i + 1), (at) => labels[at] === 1 && second(i + 1)[at] === 2),
    );
    const ofCell = await test.names({ runId: b, filter: 'contradicted', sort: 'contradicted', cell });
    expect(ofCell).toEqual(pixels[0]! > pixels[1]! ? ['1.png', '2.png'] : ['2.png', '1.png']);
  });

  it('are measured again where labels or predictions have changed since, and only there', async () => {
    await test.paint('1.png', drawn);
    const [a, b] = [await run(first), await run(second)];
    const measure = () => test.call('comparisons.measure', { runId: a, other: b });
    expect(await measure()).toEqual({ measured: 3, leftOut: 0 });
    expect(await measure()).toEqual({ measured: 0, leftOut: 0 });
    await test.paint('1.png', later);
    expect(await measure()).toEqual({ measured: 1, leftOut: 0 });
    expect((await test.call('comparisons.read', { runId: a, other: b })).all.run).toEqual(counted([[later, first(1)]]));
    const folder = await test.call('runs.folder', { runId: b });
    await predict(b, folder, 2, first(2));
    expect((await test.call('comparisons.read', { runId: a, other: b })).change?.images).toBe(2);
    expect(await measure()).toEqual({ measured: 1, leftOut: 0 });
    expect((await test.images({ runId: a, against: b })).map(({ scores }) => scores[changeScore(b)])).toEqual([
      share(first(1), second(1)),
      0,
      share(first(3), second(3)),
    ]);
    // Nothing is labelled any more.
    await test.paint(
      '1.png',
      classes(() => IGNORE),
    );
    await measure();
    expect((await test.call('comparisons.read', { runId: a, other: b })).all).toEqual({ images: 0, run: [], other: [] });
  });

  it('have learnt what the run had that they began from', async () => {
    await test.paint('1.png', drawn);
    await run(first);
    await test.paint(
      '1.png',
      classes(() => IGNORE),
    );
    await test.paint('2.png', drawn);
    const b = await run(second);
    await test.call('project.close', null);
    const db = new Sqlite(join(test.folder, '.espalier/project.db'));
    db.exec("UPDATE run SET settings = json_set(settings, '$.from', 'run-0001') WHERE number = 2");
    db.close();
    await test.open();
    await test.paint('1.png', drawn);
    await test.call('comparisons.measure', { runId: b, other: null });
    const { all, unseen } = await test.call('comparisons.read', { runId: b, other: null });
    expect([all.images, unseen.images]).toEqual([2, 0]);
  });

  it('go by what classes are today', async () => {
    await test.paint('1.png', drawn);
    const [a, b] = [await run(first), await run(second)];
    await test.call('comparisons.measure', { runId: a, other: b });
    await test.call('classes.merge', { from: 2, into: 0 });
    expect((await test.call('comparisons.read', { runId: a, other: b })).all.images).toBe(0);
    await test.call('comparisons.measure', { runId: a, other: b });
    const merged = (map: Uint8Array) => map.map((id) => (id === 2 ? 0 : id));
    expect((await test.call('comparisons.read', { runId: a, other: b })).all.run).toEqual(counted([[merged(drawn), merged(first(1))]]));
  });
});
