import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { applyDiff, decodeRle, diffOf, IGNORE } from '@shared/mask';
import type { LabelSource } from '@shared/domain';
import { readPng } from '../../media/png';
import { HUMAN_MASKS } from '../testing/exports';
import { TestLibrary } from '../testing/library';
import { SNAPSHOT_EVERY } from './history';

let test: TestLibrary;
afterEach(() => test.remove());

const WIDTH = 23;
const HEIGHT = 17;
const SIZE = WIDTH * HEIGHT;

/** Repeatable random integers below n. */
function randomInts(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The simplest possible history: a list of whole maps. */
class Model {
  #maps: Uint8Array[] = [new Uint8Array(SIZE).fill(IGNORE)];
  #at = 0;
  get map(): Uint8Array {
    return this.#maps[this.#at]!;
  }
  get undo(): number {
    return this.#at;
  }
  get redo(): number {
    return this.#maps.length - 1 - this.#at;
  }
  push(map: Uint8Array): void {
    this.#maps = [...this.#maps.slice(0, this.#at + 1), map];
    this.#at++;
  }
  step(by: 1 | -1): void {
    this.#at = Math.min(Math.max(this.#at + by, 0), this.#maps.length - 1);
  }
}

async function readMap(imageId = 1): Promise<Uint8Array> {
  const { rle } = await test.call('labels.read', { imageId });
  return decodeRle(rle, SIZE);
}

/** Writes `map` as one edit. */
async function paint(map: Uint8Array, imageId = 1, source: LabelSource = 'human') {
  const { revision } = await test.call('labels.read', { imageId });
  return test.call('labels.apply', { imageId, revision, tool: 'brush', source, diff: diffOf(await readMap(imageId), map) });
}

function blob(map: Uint8Array, next: (below: number) => number): Uint8Array {
  const after = map.slice();
  const value = [0, 1, 2, IGNORE][next(4)]!;
  const [x, y, w, h] = [next(WIDTH), next(HEIGHT), 1 + next(8), 1 + next(8)];
  for (let row = y; row < Math.min(HEIGHT, y + h); row++) after.fill(value, row * WIDTH + x, row * WIDTH + Math.min(WIDTH, x + w));
  return after;
}

describe('sets of classes', () => {
  it('are added and recoloured at once, or not at all', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 2] });
    const set = [
      { id: 7, name: 'B', color: '#010203' },
      { id: 8, name: 'wall', color: null },
      { id: 1, name: 'door', color: null },
    ];
    const list = await test.call('classes.addSet', { set });
    const ids = list.map(({ id, name }) => [id, name]);
    expect(ids, 'numbers in use stay, new ones are kept where they are free').toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [8, 'wall'],
      [3, 'door'],
    ]);
    expect(list[1]!.color).toBe('#010203');
    const colors = [
      { id: 0, color: '#aabbcc' },
      { id: 99, color: '#aabbcc' },
    ];
    await expect(test.call('classes.recolor', { colors })).rejects.toMatchObject({ code: 'CLASS_UNKNOWN' });
    expect(await test.call('classes.list', null)).toEqual(list);
    expect((await test.call('classes.recolor', { colors: colors.slice(0, 1) }))[0]!.color).toBe('#aabbcc');
  });

  it('are counted over all images', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 2], 'b.png': [4, 2] });
    for (const imageId of [1, 2]) {
      const diff = Uint32Array.of(0, imageId, 255 | (1 << 8));
      await test.call('labels.apply', { imageId, revision: 0, tool: 'brush', source: 'human', diff });
    }
    expect(await test.call('classes.counts', null)).toEqual([{ id: 1, images: 2, pixels: 3 }]);
    await test.call('labels.undo', { imageId: 2, revision: 1 });
    expect(await test.call('classes.counts', null)).toEqual([{ id: 1, images: 1, pixels: 1 }]);
  });
});

describe('labels', () => {
  it.each([1, 2, 3])('agree with a list of whole maps after random edits, undos, redos and reopenings (%i)', async (seed) => {
    test = await TestLibrary.project({ 'a.png': [WIDTH, HEIGHT] });
    const next = randomInts(seed);
    const model = new Model();
    let shown: Uint8Array = model.map.slice();
    let revision = 0;
    for (let i = 0; i < SNAPSHOT_EVERY * 3; i++) {
      const choice = next(20);
      if (choice === 0) {
        await test.call('project.close', null);
        await test.open();
      } else if (choice < 13) {
        const after = blob(model.map, next);
        const diff = diffOf(model.map, after);
        const state = await test.call('labels.apply', { imageId: 1, revision, tool: 'brush', source: 'human', diff });
        if (diff.length > 0) model.push(after);
        shown = after;
        revision = state.revision;
      } else {
        const way = choice < 17 ? 'labels.undo' : 'labels.redo';
        const { diff, revision: now } = await test.call(way, { imageId: 1, revision });
        model.step(way === 'labels.undo' ? -1 : 1);
        applyDiff(shown, diff);
        revision = now;
      }
      expect(shown).toEqual(model.map);
    }
    await test.call('project.close', null);
    await test.open();
    const read = await test.call('labels.read', { imageId: 1 });
    expect(decodeRle(read.rle, SIZE)).toEqual(model.map);
    const labelled = model.map.filter((id) => id !== IGNORE).length;
    expect(read).toMatchObject({
      revision,
      undo: model.undo,
      redo: model.redo,
      labelledPixels: labelled,
      state: labelled > 0 ? 'started' : 'unlabelled',
    });
    for (const id of [0, 1, 2]) {
      const pixels = model.map.filter((each) => each === id).length;
      expect(await test.call('classes.usage', { id })).toEqual({ images: pixels > 0 ? 1 : 0, pixels });
    }
    while (model.undo > 0) {
      ({ revision } = await test.call('labels.undo', { imageId: 1, revision }));
      model.step(-1);
    }
    expect(await readMap()).toEqual(new Uint8Array(SIZE).fill(IGNORE));
  });

  it('refuse what is stale, malformed, of an unknown class or not what is there', async () => {
    test = await TestLibrary.project({ 'a.png': [WIDTH, HEIGHT] });
    const apply = (diff: Uint32Array<ArrayBuffer>, revision = 0) =>
      test.call('labels.apply', { imageId: 1, revision, tool: 'brush', source: 'human', diff });
    await expect(apply(Uint32Array.of(0, 1, 255 | (1 << 8)), 1)).rejects.toMatchObject({ code: 'LABELS_OUTDATED' });
    await expect(apply(Uint32Array.of(SIZE, 1, 255 | (1 << 8)))).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    await expect(apply(Uint32Array.of(0, 1, 1 | (2 << 8)))).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    await expect(apply(Uint32Array.of(0, 1, 255 | (7 << 8)))).rejects.toMatchObject({ code: 'CLASS_UNKNOWN', params: { id: 7 } });
    await expect(test.call('labels.read', { imageId: 9 })).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' });
    expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ revision: 0, undo: 0, labelledPixels: 0 });
    expect(await apply(Uint32Array.of(0, 1, 255 | (1 << 8)))).toMatchObject({ revision: 1 });
  });

  it('make an image started, done when the user says so, and unlabelled when the last pixel goes', async () => {
    test = await TestLibrary.project({ 'a.png': [WIDTH, HEIGHT] });
    const counted = async (): Promise<unknown> => (await test.call('project.summary', null)).images;
    const one = new Uint8Array(SIZE).fill(IGNORE).fill(1, 0, 5);
    expect(await paint(one)).toMatchObject({ state: 'started', labelledPixels: 5 });
    await test.call('images.mark', { ids: [1], mark: 'done', on: true, runId: null });
    expect(await paint(one.slice().fill(2, 2, 8))).toMatchObject({ state: 'done', labelledPixels: 8 });
    expect(await counted()).toEqual({ total: 1, labelled: 1, unlabelled: 0, problem: 0 });
    expect(await paint(new Uint8Array(SIZE).fill(IGNORE))).toMatchObject({ state: 'unlabelled', labelledPixels: 0 });
    await test.call('images.mark', { ids: [1], mark: 'done', on: true, runId: null });
    expect(await counted(), 'marked done, but with nothing to learn from').toEqual({ total: 1, labelled: 0, unlabelled: 1, problem: 0 });
  });
});

describe('classes', () => {
  it('are added, renamed, recoloured and reordered', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    expect(await test.call('classes.add', { name: ' d ', color: null })).toEqual({ id: 3, name: 'd', color: '#808000', position: 3 });
    expect(await test.call('classes.update', { id: 3, name: 'e', color: '#ABCDEF' })).toMatchObject({ name: 'e', color: '#abcdef' });
    await expect(test.call('classes.update', { id: 3, name: 'A' })).rejects.toMatchObject({ code: 'CLASS_NAME_TAKEN' });
    await expect(test.call('classes.update', { id: 3, color: 'red' })).rejects.toMatchObject({ code: 'CLASS_INVALID' });
    await expect(test.call('classes.update', { id: 9, name: 'x' })).rejects.toMatchObject({ code: 'CLASS_UNKNOWN' });
    expect((await test.call('classes.reorder', { ids: [3, 1] })).map(({ id }) => id)).toEqual([3, 1, 0, 2]);
    await test.call('project.close', null);
    expect((await test.open()).classes.map(({ name }) => name)).toEqual(['e', 'b', 'a', 'c']);
  });

  it('never get the number of another before all are used', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    await test.call('classes.remove', { id: 1 });
    expect(await test.call('classes.add', { name: 'new', color: null })).toMatchObject({ id: 3 });
    for (let i = 4; i < 254; i++) await test.call('classes.add', { name: `class ${i}`, color: null });
    expect(await test.call('classes.add', { name: 'last', color: null })).toMatchObject({ id: 1 });
    await expect(test.call('classes.add', { name: 'too many', color: null })).rejects.toMatchObject({ code: 'CLASS_LIMIT' });
  });

  it('merge exactly, in every image and its history, with nothing to undo across', async () => {
    test = await TestLibrary.project({ 'a.png': [WIDTH, HEIGHT], 'b.png': [WIDTH, HEIGHT], 'c.png': [WIDTH, HEIGHT] });
    const next = randomInts(5);
    for (const id of [1, 2]) for (let i = 0; i < 30; i++) await paint(blob(await readMap(id), next), id);
    // Image 3 mentions class 1 only in what it undid.
    const { revision } = await paint(new Uint8Array(SIZE).fill(IGNORE).fill(1, 0, 9), 3);
    await test.call('labels.undo', { imageId: 3, revision });
    const before = await Promise.all([1, 2].map((id) => readMap(id)));
    const merged = before.map((map) => map.map((id) => (id === 1 ? 2 : id)));
    expect((await test.call('classes.merge', { from: 1, into: 2 })).map(({ id }) => id)).toEqual([0, 2]);
    for (const reopened of [false, true]) {
      if (reopened) {
        await test.call('project.close', null);
        await test.open();
      }
      expect(await Promise.all([1, 2].map((id) => readMap(id)))).toEqual(merged);
      const pixels = merged.flatMap((map) => [...map]).filter((id) => id === 2).length;
      expect(await test.call('classes.usage', { id: 2 })).toEqual({ images: 2, pixels });
      for (const imageId of [1, 2, 3]) expect(await test.call('labels.read', { imageId })).toMatchObject({ undo: 0, redo: 0 });
    }
    await expect(test.call('classes.usage', { id: 1 })).rejects.toMatchObject({ code: 'CLASS_UNKNOWN' });
    const state = await paint(blob(merged[0]!, () => 0));
    expect(state.undo).toBe(1);
    await test.call('labels.undo', { imageId: 1, revision: state.revision });
    expect(await readMap()).toEqual(merged[0]);
  });

  it('become nothing when removed, and one must stay', async () => {
    test = await TestLibrary.project({ 'a.png': [WIDTH, HEIGHT] });
    await paint(new Uint8Array(SIZE).fill(1, 0, 100).fill(0, 100));
    const writer = test.call('labels.read', { imageId: 1 });
    await test.call('classes.remove', { id: 1 });
    expect(await readMap()).toEqual(new Uint8Array(SIZE).fill(IGNORE, 0, 100).fill(0, 100));
    const stale = {
      imageId: 1,
      revision: (await writer).revision,
      tool: 'brush',
      source: 'human',
      diff: Uint32Array.of(0, 1, 255),
    } as const;
    await expect(test.call('labels.apply', stale)).rejects.toMatchObject({ code: 'LABELS_OUTDATED' });
    await test.call('classes.remove', { id: 0 });
    expect(await test.call('images.get', { id: 1, runId: null })).toMatchObject({ state: 'unlabelled', labelledPixels: 0 });
    await expect(test.call('classes.remove', { id: 2 })).rejects.toMatchObject({ code: 'CLASS_LAST' });
  });
});

describe('versions of labels', () => {
  it('are told with who made them, and each can be restored, with the sources it had, as a step that can be undone', async () => {
    test = await TestLibrary.project({ 'a.png': [6, 5] });
    const paint = async (source: 'human' | 'accepted' | 'imported', start: number, classId: number) => {
      const { revision } = await test.call('labels.read', { imageId: 1 });
      const diff = Uint32Array.of(start, 5, 255 | (classId << 8));
      await test.call('labels.apply', { imageId: 1, revision, tool: 'brush', source, diff });
    };
    const maps = [await test.map('a.png')];
    for (const [source, start, classId] of [
      ['human', 0, 1],
      ['human', 5, 2],
      ['accepted', 10, 1],
      ['human', 15, 0],
    ] as const) {
      await paint(source, start, classId);
      maps.push(await test.map('a.png'));
    }
    const versions = await test.call('labels.versions', { imageId: 1 });
    expect(versions).toMatchObject([
      { seq: 4, edits: 1, source: 'human', current: true },
      { seq: 3, edits: 1, source: 'accepted', run: null, current: false },
      { seq: 2, edits: 2, source: 'human' },
      { seq: 0, edits: 0, source: null, time: null },
    ]);
    expect(Date.parse(versions[0]!.time!)).toBeGreaterThan(Date.parse('2020-01-01'));

    const restore = async (seq: number) => {
      const { revision } = await test.call('labels.read', { imageId: 1 });
      return test.call('labels.restore', { imageId: 1, revision, seq });
    };
    expect(await restore(0)).toMatchObject({ labelledPixels: 0, state: 'unlabelled', undo: 5 });
    for (const seq of [3, 1, 4, 2]) {
      await restore(seq);
      expect(await test.map('a.png')).toEqual(maps[seq]);
    }
    expect((await test.call('labels.versions', { imageId: 1 }))[0]).toMatchObject({ seq: 9, restored: 2, current: true });
    await restore(4);
    await test.call('project.close', null);
    await test.open();
    expect(await test.map('a.png')).toEqual(maps[4]);
    // What was accepted still is: an export of what people drew leaves it out.
    const out = await mkdtemp(join(tmpdir(), 'espalier-versions-'));
    await test.call('export.masks', { ...HUMAN_MASKS, folder: out });
    const { data } = await readPng(join(out, 'masks', 'a.png'));
    expect([...data]).toEqual([...maps[4]!].map((id, i) => (i >= 10 && i < 15 ? 255 : id)));
    await rm(out, { recursive: true });
    const { revision } = await test.call('labels.read', { imageId: 1 });
    await test.call('labels.undo', { imageId: 1, revision });
    expect(await test.map('a.png')).toEqual(maps[2]);
  });

  it('begin anew where classes were merged, and none is that was undone', async () => {
    test = await TestLibrary.project({ 'a.png': [6, 5] });
    const at = async () => (await test.call('labels.read', { imageId: 1 })).revision;
    for (const start of [0, 5, 10]) {
      const diff = Uint32Array.of(start, 5, 255 | ((start === 10 ? 2 : 1) << 8));
      await test.call('labels.apply', { imageId: 1, revision: await at(), tool: 'brush', source: 'human', diff });
      if (start === 5) await test.call('classes.merge', { from: 1, into: 2 });
    }
    const versions = await test.call('labels.versions', { imageId: 1 });
    const base = versions.at(-1)!;
    expect(base).toMatchObject({ source: null, seq: 2 });
    await expect(test.call('labels.restore', { imageId: 1, revision: await at(), seq: 1 })).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
    });
    await test.call('labels.undo', { imageId: 1, revision: await at() });
    const undone = versions[0]!.seq;
    await expect(test.call('labels.restore', { imageId: 1, revision: await at(), seq: undone })).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
    });
    await test.call('labels.restore', { imageId: 1, revision: await at(), seq: 2 });
    expect((await test.map('a.png')).filter((id) => id === 2)).toHaveLength(10);
  });
});
