import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOwnFolder, namesInOwn, refuseLinksIn, removeOwn, renameOwn, writeOwnFile } from './own-files';

let root: string;
let [own, elsewhere] = ['', ''];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'espalier-own-')));
  own = join(root, 'project', '.espalier');
  elsewhere = join(root, 'documents');
  await mkdir(join(own, 'tiles', '0'), { recursive: true });
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'letter.txt'), 'dear');
});
afterEach(() => rm(root, { recursive: true }));

describe('files of a project', () => {
  it('are written, renamed, listed and removed', async () => {
    const folder = join(own, 'runs', 'run-0001', 'inputs');
    await makeOwnFolder(folder);
    await writeOwnFile(join(folder, 'a'), 'one');
    await renameOwn(join(folder, 'a'), join(folder, 'b'));
    expect(await namesInOwn(folder)).toEqual(['b']);
    expect(await namesInOwn(join(own, 'sweeps'))).toEqual([]);
    await refuseLinksIn(own);
    await removeOwn(join(own, 'runs'));
    expect(await readdir(own)).toEqual(['tiles']);
  });

  it('are made by several at once: a folder that appears meanwhile is no link', async () => {
    for (let round = 0; round < 100; round++) {
      const making: Promise<void>[] = [];
      for (let i = 0; i < 12; i++) {
        making.push(makeOwnFolder(join(own, `thumbnails-${round}`, '0')));
        await new Promise(setImmediate);
      }
      await Promise.all(making);
    }
  });

  it.each(['tiles', '.'])('are never those that a link %s leads to', async (name) => {
    const link = join(own, name);
    await rm(link, { recursive: true });
    await symlink(elsewhere, link);
    const refused = { code: 'PROJECT_LINK', params: { path: link } };
    await expect(makeOwnFolder(join(link, '0'))).rejects.toMatchObject(refused);
    await expect(writeOwnFile(join(link, 'letter.txt'), 'gone')).rejects.toMatchObject(refused);
    await expect(removeOwn(join(link, 'letter.txt'))).rejects.toMatchObject(refused);
    await expect(renameOwn(join(link, 'letter.txt'), join(link, 'other'))).rejects.toMatchObject(refused);
    await expect(namesInOwn(link)).rejects.toMatchObject(refused);
    await expect(refuseLinksIn(own)).rejects.toMatchObject(refused);
    expect(await readdir(elsewhere)).toEqual(['letter.txt']);
    await removeOwn(link);
    expect(await readFile(join(elsewhere, 'letter.txt'), 'utf8')).toBe('dear');
  });

  it('do not begin where a link leads nowhere yet', async () => {
    await symlink(join(root, 'later'), join(own, 'runs'));
    await expect(makeOwnFolder(join(own, 'runs', 'run-0001'))).rejects.toMatchObject({ code: 'PROJECT_LINK' });
    await expect(refuseLinksIn(own)).rejects.toMatchObject({ code: 'PROJECT_LINK' });
  });

  it('replace a link in the place of a file, and leave what it led to', async () => {
    await symlink(join(elsewhere, 'letter.txt'), join(own, 'tiles', 'copy'));
    await writeOwnFile(join(own, 'tiles', 'copy'), 'mine');
    expect(await readFile(join(own, 'tiles', 'copy'), 'utf8')).toBe('mine');
    expect(await readFile(join(elsewhere, 'letter.txt'), 'utf8')).toBe('dear');
  });
});
