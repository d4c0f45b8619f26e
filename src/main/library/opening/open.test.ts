import { execFileSync } from 'node:child_process';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { databaseError } from '../database/errors';
import { layoutOf } from '../files/layout';
import { SCHEMA_VERSION } from '../migrations';
import { TestLibrary } from '../testing/library';

let test: TestLibrary;
afterEach(() => test.remove());

const database = (): string => join(test.folder, '.espalier', 'project.db');
const backups = (): string => join(test.folder, '.espalier', 'backups');
const paint = Uint32Array.of(0, 3, 255 | (1 << 8));

describe('opening a project', () => {
  it('creates it once and finds everything again', async () => {
    test = await TestLibrary.create({ 'a.png': [4, 4] });
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_MISSING' });
    await expect(test.call('classes.list', null)).rejects.toMatchObject({ code: 'PROJECT_NOT_OPEN' });
    const created = await test.open(['sky', 'sea']);
    expect(created.classes).toEqual([
      { id: 0, name: 'sky', color: '#000000', position: 0 },
      { id: 1, name: 'sea', color: '#800000', position: 1 },
    ]);
    await test.call('project.close', null);
    expect(await test.open(['other'])).toEqual(created);
    await expect(test.open(['sky'])).resolves.toEqual(created);
  });

  it('refuses folders that are missing or hold no image, and leaves nothing there', async () => {
    test = await TestLibrary.create();
    await test.write('readme.txt', 'no pictures here');
    await expect(test.open(['a'])).rejects.toMatchObject({ code: 'FOLDER_EMPTY' });
    expect(await readdir(test.folder)).toEqual(['readme.txt']);
    await expect(test.call('project.open', { folder: join(test.folder, 'none'), create: null })).rejects.toMatchObject({
      code: 'FOLDER_MISSING',
    });
  });

  it('refuses class lists that make no sense', async () => {
    test = await TestLibrary.create({ 'a.png': [4, 4] });
    await expect(test.open(['a', 'A'])).rejects.toMatchObject({ code: 'CLASS_NAME_TAKEN' });
    await expect(test.open(['a', ' '])).rejects.toMatchObject({ code: 'CLASS_INVALID' });
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_MISSING' });
  });

  it('tells a second opener at once, and lets it in when the first has closed', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    const path = join(test.folder, '.espalier', 'lock');
    // Another process: locks within one process are another matter.
    const script = `
      const Sqlite = require(${JSON.stringify(require.resolve('better-sqlite3'))});
      try { new Sqlite(${JSON.stringify(path)}, { timeout: 0 }).exec('BEGIN EXCLUSIVE'); console.log('in'); } catch (error) { console.log(error.code); }`;
    expect(execFileSync(process.execPath, ['-e', script]).toString().trim()).toBe('SQLITE_BUSY');
    const second = await TestLibrary.create();
    await expect(second.call('project.open', { folder: test.folder, create: null })).rejects.toMatchObject({ code: 'PROJECT_IN_USE' });
    await test.call('project.close', null);
    expect((await second.call('project.open', { folder: test.folder, create: null })).images.total).toBe(1);
    await second.remove();
  });

  it('refuses a database from a newer version, and leaves it alone', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    await test.call('project.close', null);
    change((db) => db.pragma(`user_version = ${SCHEMA_VERSION + 1}`));
    await expect(test.open()).rejects.toMatchObject({
      code: 'PROJECT_NEWER',
      params: { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION },
    });
    change((db) => expect(db.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION + 1));
  });

  it('notices damage and names the backups', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    await test.call('project.close', null);
    const file = await open(database(), 'r+');
    await file.write(Buffer.alloc(4096 * 3, 0x55), 0, 4096 * 3, 4096 * 2);
    await file.close();
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_DAMAGED', params: { backups: backups() } });
    await writeFile(database(), 'this was a database');
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_DAMAGED' });
    await rm(database());
    change((db) => db.exec('CREATE TABLE other (x); PRAGMA user_version = 1'));
    await expect(test.open()).rejects.toMatchObject({ code: 'PROJECT_DAMAGED' });
  });

  it('asks for a writable folder', async ({ skip }) => {
    test = await TestLibrary.create({ 'a.png': [4, 4] });
    if (!mounts('--bind', test.folder, test.folder)) return skip('a read-only mount needs root');
    try {
      execFileSync('mount', ['-o', 'remount,ro,bind', test.folder]);
      await expect(test.open(['a'])).rejects.toMatchObject({ code: 'FOLDER_READ_ONLY' });
    } finally {
      execFileSync('umount', [test.folder]);
    }
    await test.open(['a']);
    await test.call('project.close', null);
    mounts('--bind', test.folder, test.folder);
    try {
      execFileSync('mount', ['-o', 'remount,ro,bind', test.folder]);
      await expect(test.open()).rejects.toMatchObject({ code: 'FOLDER_READ_ONLY' });
    } finally {
      execFileSync('umount', [test.folder]);
    }
    await test.open();
  });
});

describe('a fault of the disk', () => {
  const fault = (code: string) => Object.assign(new Error(code), { code });

  it('is called what it is, and not damage of the project', async () => {
    test = await TestLibrary.create({ 'a.png': [4, 4] });
    const layout = layoutOf(test.folder);
    expect(databaseError(fault('SQLITE_IOERR_FSYNC'), layout)).toMatchObject({ code: 'DISK_ERROR' });
    expect(databaseError(fault('SQLITE_CORRUPT'), layout)).toMatchObject({ code: 'PROJECT_DAMAGED' });
    const gone = layoutOf(join(test.folder, 'gone'));
    for (const code of ['SQLITE_CANTOPEN', 'SQLITE_IOERR_READ', 'ENOENT']) {
      expect(databaseError(fault(code), gone)).toMatchObject({ code: 'FOLDER_MISSING' });
    }
  });
});

describe('a full disk', () => {
  it('refuses to save, keeps what was saved, and goes on when there is space', async ({ skip }) => {
    test = await TestLibrary.create();
    if (!mounts('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', test.folder)) return skip('a small file system needs root');
    try {
      await test.picture('a.png', 200, 200);
      await test.open(['a', 'b']);
      await test.call('project.index', null);
      const { revision } = await test.call('labels.apply', { imageId: 1, revision: 0, tool: 'brush', source: 'human', diff: paint });
      const filler = join(test.folder, 'filler');
      await writeFile(filler, Buffer.alloc(2 ** 20)).catch(() => undefined);
      const noise = Uint32Array.from(
        { length: 3 * 13_000 },
        (_, i) => [3 + Math.floor(i / 3) * 3, 1 + (Math.imul(i, 2654435761) >>> 31), 255][i % 3]!,
      );
      const big = { imageId: 1, revision, tool: 'fill', source: 'human', diff: noise } as const;
      await expect(test.call('labels.apply', big)).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ revision, labelledPixels: 3, undo: 1 });
      await rm(filler);
      expect(await test.call('labels.apply', big)).toMatchObject({ revision: revision + 1 });
      await test.call('project.close', null);
      await test.open();
      expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ revision: revision + 1 });
      await test.call('project.close', null);
    } finally {
      execFileSync('umount', ['-l', test.folder]);
    }
  });
});

describe('backups', () => {
  it('are made when the last is older than a day; the five newest stay', async () => {
    test = await TestLibrary.project({ 'a.png': [4, 4] });
    await test.call('labels.apply', { imageId: 1, revision: 0, tool: 'brush', source: 'human', diff: paint });
    await test.call('project.close', null);
    await rm(backups(), { recursive: true });
    await mkdir(backups());
    for (let day = 1; day <= 7; day++) await writeFile(join(backups(), `project-2020-01-0${day}T10-00-00-000Z.db`), 'old');
    await test.open();
    await test.call('project.close', null);
    await test.open();
    const kept = (await readdir(backups())).sort();
    expect(kept).toHaveLength(5);
    expect(kept[0]).toBe('project-2020-01-04T10-00-00-000Z.db');

    await test.call('project.close', null);
    await rm(database());
    await rename(join(backups(), kept.at(-1)!), database());
    await test.open();
    expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ labelledPixels: 3, undo: 1 });
  });
});

function change(work: (db: Sqlite.Database) => void): void {
  const db = new Sqlite(database());
  work(db);
  db.close();
}

/** Mounts, or says that this user may not. */
function mounts(...options: string[]): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', options, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
