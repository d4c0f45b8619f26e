import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_CLASSES } from '@shared/class-set';
import { describeFormats } from '../formats/registry';
import { scribbles } from '../testing/scribbles';
import { TestLibrary } from '../testing/library';

/** Sizes at which rows are no whole words, one of them a single column. */
const SIZES = { 'a.png': [41, 29], 'sub/b c.png': [16, 33], 'ü.png': [1, 7], 'whole.png': [8, 8] } as const;
const CLASSES = ['sky', '../road, "wet" <a> &b; \\ 1%2f.', 'tree', 'Gebäude'];

/** Every way in which a format can write, its choices one after the other. */
const WAYS = describeFormats().flatMap(({ id, exports, imports }) =>
  exports && imports
    ? [
        {},
        ...exports.flatMap((option) =>
          option.kind === 'choice' ? Object.keys(option.choices).map((value) => ({ [option.name]: value })) : [],
        ),
      ].map((options): [string, Record<string, string>] => [id, options])
    : [],
);

let first: TestLibrary;
let other: TestLibrary;
let out: string;
const maps = new Map<string, Uint8Array>();

beforeAll(async () => {
  first = await TestLibrary.create(SIZES);
  await first.call('project.open', {
    folder: first.folder,
    create: { classes: CLASSES.map((name, id) => ({ name, color: `#${id}0${id}0${id}0` })) },
  });
  await first.call('project.index', null);
  await first.call('classes.remove', { id: 2 });
  for (const [i, [path, [width, height]]] of Object.entries(SIZES).entries()) {
    const map = path === 'whole.png' ? new Uint8Array(64) : scribbles(i, width, height, [0, 1, 3]);
    await first.paint(path, map);
    maps.set(path, map);
  }
});
afterAll(() => first.remove());
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'espalier-round-'));
  other = await TestLibrary.create(SIZES);
  await other.call('project.open', { folder: other.folder, create: { classes: [...FIRST_CLASSES] } });
  await other.call('project.index', null);
});
afterEach(async () => {
  await other.remove();
  await rm(out, { recursive: true });
});

const exportAs = (format: string, options: Record<string, string | number>) =>
  first.call('export.masks', { folder: out, format, options, content: 'human', runId: null, gamma: null, beta: null, imageIds: null });

describe('an export', () => {
  it.each(WAYS)('as %s (%j) is recognised and comes back pixel by pixel', async (format, options) => {
    expect(await exportAs(format, options)).toMatchObject({ written: 4 });
    expect(await other.call('import.look', { folder: out, format: null, options: {} })).toMatchObject({ format, images: 4, leftOut: 0 });
    expect(await other.call('import.masks', { folder: out, format: null, options: {}, imageIds: null })).toMatchObject({ imported: 4 });
    const names = new Map((await other.call('classes.list', null)).map(({ id, name }) => [id, name]));
    for (const [path, map] of maps) {
      const seen = [...(await other.map(path))].map((id) => names.get(id));
      expect(seen, path).toEqual([...map].map((id) => CLASSES[id]));
    }
  });

  it.each(describeFormats().filter(({ exports }) => exports?.some(({ name }) => name === 'without')))(
    'as $id that leaves a class out comes back when that is what the rest is',
    async ({ id: format }) => {
      const everything = new Map(
        Object.entries(SIZES).map(([path, [width, height]], i) => [
          path,
          scribbles(i, width, height, [0, 1, 3]).map((id) => Math.min(id, 3)),
        ]),
      );
      for (const [path, map] of everything) await first.paint(path, map);
      await exportAs(format, { without: 0 });
      await other.call('classes.addSet', { set: CLASSES.map((name, id) => ({ id, name, color: null })) });
      const rest = (await other.call('classes.list', null)).find(({ name }) => name === 'sky')!.id;
      await other.call('import.masks', { folder: out, format, options: { rest }, imageIds: null });
      const names = new Map((await other.call('classes.list', null)).map(({ id, name }) => [id, name]));
      for (const [path, map] of everything) {
        expect(
          [...(await other.map(path))].map((id) => names.get(id)),
          path,
        ).toEqual([...map].map((id) => CLASSES[id]));
      }
      for (const [path, map] of maps) await first.paint(path, map);
    },
  );

  it('takes the place of one in another format as a whole', async () => {
    for (const { id, exports } of describeFormats()) if (exports) await exportAs(id, {});
    await exportAs('masks', {});
    expect((await readdir(out)).sort()).toEqual(['classes.json', 'export.json', 'masks', 'provenance.jsonl']);
  });

  it('is refused in a format, or with an option, that there is not', async () => {
    await expect(exportAs('cocoa', {})).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
    await expect(exportAs('coco', { shape: 'rle' })).rejects.toMatchObject({ code: 'FORMAT_OPTION', params: { name: 'shape' } });
    await expect(exportAs('coco', { shapes: 'stars' })).rejects.toMatchObject({ code: 'FORMAT_OPTION', params: { name: 'shapes' } });
  });
});
