import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelDescription } from './description';
import { writeModelFolder } from './model-folder';

const description: ModelDescription = {
  by: 'Espalier',
  version: 1,
  run: 'run-0001',
  classes: [{ id: 0, name: 'ground', color: '#000000' }],
  backbone: 'efficientnet-lite0',
  decoder: 'pixel',
  input: { name: 'image', what: '', mostPixels: 1, viewScale: 1 },
  output: 'classes',
  stride: 4,
};

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'espalier-model-'));
});
afterEach(() => rm(place, { recursive: true }));

it('takes the place of an earlier model of another format as a whole, and leaves nothing beside it', async () => {
  const folder = join(place, 'deep', 'model');
  await writeModelFolder(folder, description, { 'model.json': '{}', 'weights.bin': Uint8Array.of(1, 2) });
  const { files, bytes } = await writeModelFolder(folder, description, { 'model.onnx': Uint8Array.of(1, 2, 3) });
  expect([files, bytes]).toEqual([['model.onnx'], 3]);
  expect((await readdir(folder)).sort()).toEqual(['espalier.json', 'model.onnx']);
  expect(await readdir(join(place, 'deep'))).toEqual(['model']);
  expect(JSON.parse(await readFile(join(folder, 'espalier.json'), 'utf8'))).toMatchObject({ run: 'run-0001', files: ['model.onnx'] });
});

it.each([
  ['with files of others', { 'thesis.txt': 'words' }],
  [
    'with files of others beside a model',
    { 'espalier.json': JSON.stringify({ by: 'Espalier', files: ['model.onnx'] }), 'model.onnx': '', 'thesis.txt': '' },
  ],
  ['whose description is of something else', { 'espalier.json': '[]' }],
])('refuses a folder %s, and leaves it as it is', async (_, there) => {
  for (const [name, content] of Object.entries(there)) await writeFile(join(place, name), content);
  await expect(writeModelFolder(place, description, { 'model.onnx': '' })).rejects.toMatchObject({ code: 'MODEL_FOREIGN' });
  expect((await readdir(place)).sort()).toEqual(Object.keys(there).sort());
});

it('leaves the earlier model where it cannot write all of the new one', async () => {
  const folder = join(place, 'model');
  await writeModelFolder(folder, description, { 'model.onnx': 'old' });
  await expect(writeModelFolder(folder, description, { 'model.onnx': 'new', 'a/missing folder': '' })).rejects.toThrow();
  expect(await readFile(join(folder, 'model.onnx'), 'utf8')).toBe('old');
  expect(await readdir(place)).toEqual(['model']);
});

it('takes an empty folder', async () => {
  const folder = join(place, 'empty');
  await mkdir(folder);
  await writeModelFolder(folder, description, { 'model.onnx': 'new' });
  expect(existsSync(join(folder, 'model.onnx'))).toBe(true);
});
