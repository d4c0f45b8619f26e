import { once } from 'node:events';
import { copyFile, mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { buildLibrary, startLibrary } from '../testing/child';
import { TestLibrary } from '../testing/library';

let program: string;
let test: TestLibrary;
beforeAll(async () => {
  program = await buildLibrary('restore');
});
afterEach(() => test.remove());

const home = (...parts: string[]): string => join(test.folder, '.espalier', ...parts);
const read = () => test.call('labels.read', { imageId: 1 });
const paint = async (pixels: number): Promise<unknown> => {
  const { revision } = await read();
  const diff = Uint32Array.of(revision * 8, pixels, IGNORE | (1 << 8));
  return test.call('labels.apply', { imageId: 1, revision, tool: 'brush', source: 'human', diff });
};

/** A project with 3 labelled pixels in its backup, named so, and 5 in all; closed. */
async function projectWithBackup(): Promise<string> {
  test = await TestLibrary.project({ 'a.png': [40, 30] });
  await paint(3);
  await rm(home('backups'), { recursive: true });
  await test.open();
  await paint(2);
  await test.call('project.close', null);
  return (await readdir(home('backups')))[0]!;
}

/** Paints once in a process of its own that is killed: the stroke stays in the journal. */
async function paintAndDie(): Promise<void> {
  const { child, peer } = startLibrary(program);
  await peer.call('project.open', { folder: test.folder, create: null });
  const { revision } = await peer.call('labels.read', { imageId: 1 });
  await peer.call('labels.apply', { imageId: 1, revision, tool: 'brush', source: 'human', diff: Uint32Array.of(900, 7, IGNORE) });
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect((await stat(home('project.db-wal'))).size).toBeGreaterThan(0);
}

describe('restoring a backup', () => {
  it('brings its labels back and keeps what was there, journal and all, as another backup', async () => {
    const name = await projectWithBackup();
    await paintAndDie();
    expect(await test.call('project.backups', { folder: test.folder })).toMatchObject([{ name, images: 1, labelled: 1 }]);
    const { kept } = await test.call('project.restore', { folder: test.folder, backup: name });
    expect((await test.open()).warnings).toEqual([]);
    expect(await read()).toMatchObject({ labelledPixels: 3 });
    expect(await test.call('project.backups', { folder: test.folder })).toMatchObject([{ name: kept, labelled: 1 }, { name }]);

    // And back again, with the stroke that was in the journal alone. It closes the project by itself.
    await test.call('project.restore', { folder: test.folder, backup: kept! });
    await expect(read()).rejects.toMatchObject({ code: 'PROJECT_NOT_OPEN' });
    await test.open();
    expect(await read()).toMatchObject({ labelledPixels: 12 });
  });

  it('is refused while another process has the project, and changes nothing when the backup is damaged or not there', async () => {
    const name = await projectWithBackup();
    const restore = (backup: string) => test.call('project.restore', { folder: test.folder, backup });
    const second = await TestLibrary.create();
    await second.call('project.open', { folder: test.folder, create: null });
    await expect(restore(name)).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });
    await second.remove();
    await expect(restore('project-2020-01-01T10-00-00-000Z.db')).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' });
    await writeFile(home('backups', 'project-2020-01-01T10-00-00-000Z.db'), 'not a database');
    await expect(restore('project-2020-01-01T10-00-00-000Z.db')).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    expect(await test.call('project.backups', { folder: test.folder })).toMatchObject([{ name }, { images: null, labelled: null }]);
    await test.open();
    expect(await read()).toMatchObject({ labelledPixels: 5 });
  });
});

describe('a backup copied over the database by hand', () => {
  it('is opened as it is beside the journal of a process that died; the journal is put aside, and that is said', async () => {
    const name = await projectWithBackup();
    await paintAndDie();
    await copyFile(home('backups', name), home('project.db'));
    const { warnings } = await test.open();
    expect(warnings).toMatchObject([{ code: 'JOURNAL_FOREIGN' }]);
    expect(await read()).toMatchObject({ labelledPixels: 3 });
    const aside = (await readdir(home('backups'))).find((each) => each.startsWith('journal-'))!;
    expect(warnings[0]!.sentence).toContain(aside);
    expect(await readdir(home('backups', aside))).toEqual(['project.db-wal']);
    await test.call('project.close', null);
    expect((await test.open()).warnings).toEqual([]);
  });

  it('leaves a journal alone that is the database’s own', async () => {
    await projectWithBackup();
    await paintAndDie();
    expect((await test.open()).warnings).toEqual([]);
    expect(await read()).toMatchObject({ labelledPixels: 12 });
  });
});

describe('a database that is lost while its backups are there', () => {
  it.each([
    ['missing', () => rm(home('project.db'))],
    ['empty', () => truncate(home('project.db'))],
  ])('%s: it is said, no new project takes its place, and a backup brings it back', async (_, lose) => {
    const name = await projectWithBackup();
    await lose();
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_LOST', params: { count: 1 } });
    await expect(test.open(['a', 'b', 'c'])).rejects.toMatchObject({ code: 'PROJECT_LOST' });
    await test.call('project.restore', { folder: test.folder, backup: name });
    await test.open();
    expect(await read()).toMatchObject({ labelledPixels: 3 });
  });
});

describe('rotation', () => {
  it('never takes the last backup that has labels', async () => {
    const name = await projectWithBackup();
    const labelled = home('backups', 'project-2020-01-01T10-00-00-000Z.db');
    await rename(home('backups', name), labelled);
    // A project that lost its labels, opened on many days.
    await rm(home('project.db'));
    await rename(home('backups'), home('elsewhere'));
    await test.open(['a']);
    await test.call('project.close', null);
    const [empty] = await readdir(home('backups'));
    for (let day = 2; day < 9; day++)
      await copyFile(home('backups', empty!), home('elsewhere', `project-2020-01-0${day}T10-00-00-000Z.db`));
    await rm(home('backups'), { recursive: true });
    await rename(home('elsewhere'), home('backups'));
    await test.open();
    const kept = (await readdir(home('backups'))).sort();
    expect(kept).toHaveLength(6);
    expect(kept.slice(0, 2)).toEqual(['project-2020-01-01T10-00-00-000Z.db', 'project-2020-01-05T10-00-00-000Z.db']);
  });
});

it('a backup that fails is told when the project opens, which it does', async () => {
  await projectWithBackup();
  await rm(home('backups'), { recursive: true });
  await writeFile(home('backups'), 'in the way');
  expect((await test.open()).warnings).toMatchObject([{ code: 'BACKUP_FAILED' }]);
  await rm(home('backups'));
  await mkdir(home('backups'));
});
