import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BACKBONES } from '@shared/settings';
import { BackbonePaces } from './backbone-paces';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'espalier-paces-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const computer = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`;
const paces = BACKBONES.map((backbone, i) => ({ backbone, seconds: i + 1, published: null }));

it.each([
  ['this computer', JSON.stringify({ computer, paces }), paces],
  ['another one, from which the folder was carried here', JSON.stringify({ computer: 'another', paces }), null],
  ['a version that knew fewer backbones', JSON.stringify({ computer, paces: paces.slice(1) }), null],
  ['a disk that was full', '{"computer', null],
])('times of %s are believed only if they are of this computer and whole', async (_whose, text, expected) => {
  const file = join(folder, 'backbones.json');
  writeFileSync(file, text);
  expect(await new BackbonePaces(() => undefined, file).kept()).toEqual(expected);
});

it('there are none where nothing was measured', async () => {
  expect(await new BackbonePaces(() => undefined, join(folder, 'none.json')).kept()).toBeNull();
});
