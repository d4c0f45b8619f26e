import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_CLASSES, formatClassSet, numbered, parseClassSet } from '@shared/class-set';
import { IGNORE } from '@shared/mask';
import { writePng } from '../../media/png';
import { HUMAN_MASKS } from '../testing/exports';
import { TestLibrary } from '../testing/library';
import { some } from '../testing/masks';

let tests: TestLibrary[];
let out: string;
beforeEach(async () => {
  tests = [];
  out = await mkdtemp(join(tmpdir(), 'espalier-classes-'));
});
afterEach(async () => {
  for (const test of tests) await test.remove();
  await rm(out, { recursive: true });
});

type Classes = readonly { readonly id?: number; readonly name: string; readonly color: string }[];

/** A folder with one image of 6 × 5 as a new project of these classes. */
async function projectOf(classes: Classes): Promise<TestLibrary> {
  const test = await TestLibrary.create({ 'a.png': [6, 5] });
  tests.push(test);
  await test.call('project.open', { folder: test.folder, create: { classes: [...classes] } });
  await test.call('project.index', null);
  return test;
}

const named = (...names: string[]): Classes => names.map((name) => ({ name, color: '' }));
const classesOf = async (test: TestLibrary): Promise<[number, string][]> =>
  (await test.call('classes.list', null)).map(({ id, name }) => [id, name]);

/** An export of sky 0, road 1 and building 3: class 2 was removed. */
async function exported(): Promise<Uint8Array> {
  const test = await projectOf(named('sky', 'road', 'tree', 'building'));
  await test.call('classes.remove', { id: 2 });
  const labels = some(0, 1, 3, IGNORE);
  await test.paint('a.png', labels);
  await test.call('export.masks', { ...HUMAN_MASKS, folder: out });
  return labels;
}

const importFrom = (test: TestLibrary, folder: string) => test.call('import.masks', { folder, format: null, options: {}, imageIds: null });

describe('an own export', () => {
  it('comes back pixel by pixel into a project made of its class list, after a class was removed', async () => {
    const labels = await exported();
    const list = numbered(parseClassSet(await readFile(join(out, 'classes.json'), 'utf8')));
    const test = await projectOf(list.map((each) => ({ ...each, color: each.color ?? '' })));
    expect(await importFrom(test, join(out, 'masks'))).toEqual({ imported: 1, added: [], skipped: [] });
    expect(await test.map('a.png')).toEqual(labels);
    expect(await classesOf(test)).toEqual([
      [0, 'sky'],
      [1, 'road'],
      [3, 'building'],
    ]);
  });

  it.each(['', 'masks'])('comes back with classes and numbers into a new project, whichever folder is chosen (%j)', async (chosen) => {
    const labels = await exported();
    const test = await projectOf(FIRST_CLASSES);
    expect((await importFrom(test, join(out, chosen))).added).toEqual(['sky', 'road', 'building']);
    expect(await test.map('a.png')).toEqual(labels);
    expect(await classesOf(test)).toEqual([
      [0, 'sky'],
      [1, 'road'],
      [3, 'building'],
    ]);
  });
});

describe('masks with a class list beside them', () => {
  it('keep what a new project had of its own: names, colours, and other classes', async () => {
    await exported();
    const test = await projectOf([
      { name: 'Road', color: '#102030' },
      { name: 'rim', color: '#405060' },
    ]);
    await importFrom(test, out);
    expect((await test.call('classes.list', null)).map(({ id, name, color }) => [id, name, color])).toEqual([
      [0, 'sky', '#000000'],
      [1, 'road', '#102030'],
      [3, 'building', '#808000'],
      [2, 'rim', '#405060'],
    ]);
  });

  it('are read by the names of their classes where numbers have a meaning already', async () => {
    await exported();
    const test = await projectOf(named('building', 'other'));
    await test.paint('a.png', some(IGNORE, IGNORE, IGNORE, 1));
    expect((await importFrom(test, out)).added).toEqual(['sky', 'road']);
    expect(await classesOf(test)).toEqual([
      [0, 'building'],
      [1, 'other'],
      [2, 'sky'],
      [3, 'road'],
    ]);
    expect(await test.map('a.png')).toEqual(some(2, 3, 0, 1));
  });

  it('bring only the classes they use into a project with labels', async () => {
    await exported();
    const test = await projectOf(named('sky', 'road', 'other'));
    await test.paint('a.png', some(2));
    await writeFile(
      join(out, 'classes.json'),
      formatClassSet(['sky', 'road', 'x', 'building', 'unused'].map((name, id) => ({ id, name, color: '#000000', position: id }))),
    );
    expect((await importFrom(test, out)).added).toEqual(['building']);
  });

  it('are refused when the list does not have a number, or is none; nothing is changed then', async () => {
    const test = await projectOf(FIRST_CLASSES);
    await mkdir(join(out, 'm'));
    await writePng(join(out, 'm', 'a.png'), { kind: 'grey', width: 6, height: 5, data: some(0, 1) });
    await writeFile(join(out, 'm', 'classes.json'), '[{"id": 1, "name": "cell"}]');
    const list = join(out, 'm', 'classes.json');
    await expect(importFrom(test, join(out, 'm'))).rejects.toMatchObject({ code: 'IMPORT_CLASS', params: { id: 0, where: list } });
    await writeFile(list, '[{"id": 700, "name": "cell"}]');
    await expect(importFrom(test, join(out, 'm'))).rejects.toMatchObject({ code: 'CLASS_LIST_INVALID', params: { file: list } });
    expect(await test.map('a.png')).toEqual(some(IGNORE));
    expect(await classesOf(test)).toEqual([
      [0, 'background'],
      [1, 'object'],
    ]);
  });
});
