import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { settingsFrom } from '@shared/settings';
import { TestLibrary } from '../testing/library';

/** A project as a stranger may hand it over: what would make Espalier write or remove beyond it costs the user nothing. */
let test: TestLibrary;
let documents: string;
beforeEach(async () => {
  documents = await mkdtemp(join(tmpdir(), 'espalier-documents-'));
  // Named as what Espalier removes: copies of image 3, a run, backups.
  for (const name of ['3-letter', 'run-0001', 'backups', '0']) await mkdir(join(documents, name));
  for (const name of ['3-photo.webp', 'project-20200101T000000Z.db', 'run-0001/thesis.txt', '0/3-photo.webp', '3-letter/a.txt']) {
    await writeFile(join(documents, name), 'mine');
  }
});
afterEach(async () => {
  await test.remove();
  await rm(documents, { recursive: true });
});

const home = (...parts: string[]): string => join(test.folder, '.espalier', ...parts);
const contents = async (): Promise<string[]> => (await readdir(documents, { recursive: true })).sort();
const label = (imageId: number, classId: number) =>
  test.call('labels.apply', { imageId, revision: 0, tool: 'brush', source: 'human', diff: Uint32Array.of(0, 9, IGNORE | (classId << 8)) });

async function closedProject(): Promise<void> {
  test = await TestLibrary.project({ 'a.png': [600, 600], 'b.png': [600, 600], 'c.png': [600, 600] });
  await label(1, 1);
  await label(2, 2);
  await test.call('project.close', null);
}

/** Puts a link to the user's documents in the place of something of the project. */
async function linked(...place: string[]): Promise<void> {
  await rm(home(...place), { recursive: true, force: true });
  await symlink(documents, home(...place));
}

/** Everything that reads, writes or removes copies of images, and runs. */
async function useAll(): Promise<void> {
  await test.picture('c.png', 600, 601);
  const attempts = [
    () => test.call('project.index', null),
    () => test.call('images.picture', { id: 3, kind: 'thumbnail', range: null }),
    () => test.call('images.tile', { id: 3, level: 0, x: 0, y: 0, range: null }),
    () => test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null }),
  ];
  for (const attempt of attempts) await attempt().catch((error: unknown) => expect(error).toMatchObject({ code: 'PROJECT_LINK' }));
}

describe('a stranger’s project', () => {
  it.each([['thumbnails'], ['tiles'], ['runs'], ['backups'], ['sweeps'], ['project.db'], ['project.db-wal'], ['lock']])(
    'with a link in the place of %s is not opened, and nothing that it leads to is touched',
    async (place) => {
      await closedProject();
      const before = await contents();
      await linked(place);
      await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_LINK', params: { path: home(place) } });
      expect(await contents()).toEqual(before);
      await rm(home(place));
    },
  );

  it('that is nothing but a link is not opened', async () => {
    await closedProject();
    await rename(home(), `${documents}/.espalier`);
    const before = await contents();
    await symlink(`${documents}/.espalier`, home());
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_LINK' });
    expect(await contents()).toEqual(before);
    await rm(home());
  });

  it.each([[['thumbnails', '0']], [['tiles', '0']], [['runs', 'run-0001']]])(
    'with a link deep inside (%s) can be used, and what it leads to stays',
    async (place) => {
      await closedProject();
      await mkdir(home(place[0]!), { recursive: true });
      const before = await contents();
      await linked(...place);
      await test.open();
      await useAll();
      expect(await contents()).toEqual(before);
      expect(await readFile(join(documents, '3-photo.webp'), 'utf8')).toBe('mine');
    },
  );

  it('with links put into it while it is open does no harm either', async () => {
    await closedProject();
    await test.open();
    for (const place of ['thumbnails', 'tiles', 'runs']) await linked(place);
    const before = await contents();
    await useAll();
    expect(await contents()).toEqual(before);
  });

  it.each([
    ['an absolute path of an image', "UPDATE image SET path = '/etc/passwd.png' WHERE id = 1"],
    ['a path of an image that climbs', "UPDATE image SET path = 'a/../../b.png' WHERE id = 1"],
    ['a run that is another folder', "UPDATE run SET id = '../../documents' WHERE number = 1"],
  ])('whose database holds %s is not opened', async (_what, sql) => {
    await closedProject();
    await test.open();
    await test.call('runs.create', { settings: settingsFrom('pruning'), unlabelled: null });
    await test.call('project.close', null);
    const db = new Sqlite(home('project.db'));
    db.pragma('foreign_keys = OFF');
    expect(db.prepare(sql).run().changes).toBe(1);
    db.close();
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_DAMAGED' });
  });
});
