import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RUN_FILES, type RunInputs } from '@shared/run';
import { settingsFrom } from '@shared/settings';
import { readInputs } from './inputs';

let top: string;
let run: string;
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'espalier-inputs-')));
  run = join(top, 'project/.espalier/runs/run-0001');
  await mkdir(join(run, RUN_FILES.labels), { recursive: true });
  for (const file of ['letter.png', 'project/a.png', 'project/b.png']) await writeFile(join(top, file), 'pixels');
  await writeFile(join(run, RUN_FILES.labels, '1.png'), 'labels');
});
afterEach(() => rm(top, { recursive: true }));

const size = { width: 4, height: 4 };

/** Reads inputs of one labelled and one unlabelled image. */
async function read(changes: { path?: string; labels?: string; other?: string; rejected?: string | null }): Promise<RunInputs> {
  const { path = 'a.png', labels = `${RUN_FILES.labels}/1.png`, other = 'b.png', rejected = null } = changes;
  const inputs: RunInputs = {
    version: 1,
    runId: 'run-0001',
    classes: [{ id: 0, name: 'ground', color: '#000000', position: 0 }],
    settings: settingsFrom('quick'),
    labelled: [{ id: 1, path, labels, ...size }],
    unlabelled: [{ id: 2, path: other, rejected, ...size }],
  };
  await writeFile(join(run, RUN_FILES.inputs), JSON.stringify(inputs));
  return readInputs(run);
}

describe('the inputs of a run', () => {
  it('name files of their project, by way of a link within it or not, that are there or not', async () => {
    await symlink(join(top, 'project/b.png'), join(top, 'project/c.png'));
    const { labelled, unlabelled } = await read({ path: 'gone.png', other: 'c.png' });
    expect([labelled[0]!.path, unlabelled[0]!.path]).toEqual([join(top, 'project/gone.png'), join(top, 'project/c.png')]);
  });

  it('name them by their whole path in older runs', async () => {
    const path = join(top, 'project/a.png');
    expect((await read({ path })).labelled[0]!.path).toBe(path);
  });

  it.each([
    ['a labelled image', { path: '../letter.png' }],
    ['an image that is not there', { other: '../gone.png' }],
    ['labels', { labels: '../../../../letter.png' }],
    ['labels of the project instead of the run', { labels: '../../../a.png' }],
    ['what was ruled out', { rejected: '../../../../letter.png' }],
  ])('are not read where they lead out of it: %s', async (_, changes) => {
    await expect(read(changes)).rejects.toMatchObject({ code: 'RUN_OUTSIDE' });
  });

  it.each([
    ['a whole path', (file: string) => read({ other: file })],
    ['a link to a file', (file: string) => symlink(file, join(top, 'project/d.png')).then(() => read({ other: 'd.png' }))],
    ['a link to a folder', () => symlink(top, join(top, 'project/pictures')).then(() => read({ path: 'pictures/letter.png' }))],
    ['a link for a mask', (file: string) => symlink(file, join(run, 'm.png')).then(() => read({ labels: 'm.png' }))],
  ])('are not read where they lead out of it: by %s', async (_, attempt) => {
    await expect(attempt(join(top, 'letter.png'))).rejects.toMatchObject({ code: 'RUN_OUTSIDE' });
  });
});
