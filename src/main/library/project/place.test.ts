import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { TestLibrary } from '../testing/library';

let test: TestLibrary;
let elsewhere: string;
afterEach(async () => {
  await rm(elsewhere, { recursive: true, force: true });
  await mkdir(test.folder, { recursive: true });
  await test.remove();
});

/** An open project with one stroke saved. */
async function opened(): Promise<{ id: string }> {
  test = await TestLibrary.project({ 'a.png': [40, 30] });
  elsewhere = `${test.folder}-elsewhere`;
  await stroke(0);
  return test.call('project.summary', null);
}

const stroke = (revision: number) =>
  test.call('labels.apply', { imageId: 1, revision, tool: 'brush', source: 'human', diff: Uint32Array.of(9 * revision, 5, IGNORE) });

describe('a project whose folder is not where it is shown any more', () => {
  it('saves nothing after it was renamed, says so, and goes on when it is back', async () => {
    await opened();
    await rename(test.folder, elsewhere);
    await expect(stroke(1)).rejects.toMatchObject({ code: 'PROJECT_MOVED', params: { folder: test.folder } });
    await expect(test.call('project.check', null)).rejects.toMatchObject({ code: 'PROJECT_MOVED' });
    await expect(test.call('classes.add', { name: 'd', color: null })).rejects.toMatchObject({ code: 'PROJECT_MOVED' });
    expect(await test.call('labels.read', { imageId: 1 })).toMatchObject({ revision: 1, labelledPixels: 5 });
    await rename(elsewhere, test.folder);
    expect(await test.call('project.check', null)).toBeNull();
    expect(await stroke(1)).toMatchObject({ labelledPixels: 10 });
  });

  it('is opened where it is now, and only it is', async () => {
    const { id } = await opened();
    await rename(test.folder, elsewhere);
    const other = await TestLibrary.project({ 'b.png': [40, 30] });
    await other.call('project.close', null);
    await expect(test.call('project.open', { folder: other.folder, create: null, project: id })).rejects.toMatchObject({
      code: 'PROJECT_OTHER',
    });
    await other.remove();
    expect(await test.call('project.open', { folder: elsewhere, create: null, project: id })).toMatchObject({ id, folder: elsewhere });
    expect(await stroke(1)).toMatchObject({ labelledPixels: 10 });
  });

  it('saves nothing after it was deleted', async () => {
    await opened();
    await rm(test.folder, { recursive: true });
    await expect(stroke(1)).rejects.toMatchObject({ code: 'PROJECT_MOVED' });
  });

  it('saves nothing into what took its place, and goes on there once that is opened', async () => {
    const { id } = await opened();
    await test.call('project.close', null);
    await cp(test.folder, elsewhere, { recursive: true });
    await test.open();
    await stroke(1);
    await rm(test.folder, { recursive: true });
    await rename(elsewhere, test.folder);
    await expect(stroke(2)).rejects.toMatchObject({ code: 'PROJECT_MOVED' });
    // The copy is older: it is as it was when it was made.
    expect(await test.call('project.open', { folder: test.folder, create: null, project: id })).toMatchObject({ id });
    await expect(stroke(2)).rejects.toMatchObject({ code: 'LABELS_OUTDATED' });
    expect(await stroke(1)).toMatchObject({ labelledPixels: 10 });
  });
});

it('a project that cannot be opened leaves the one that is', async () => {
  await opened();
  await expect(test.call('project.open', { folder: elsewhere, create: null })).rejects.toMatchObject({ code: 'FOLDER_MISSING' });
  expect(await stroke(1)).toMatchObject({ labelledPixels: 10 });
});
