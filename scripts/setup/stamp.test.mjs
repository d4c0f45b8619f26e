import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fillFolder, isStamped, makeFolder } from './stamp.mjs';

const parent = () => mkdtempSync(join(tmpdir(), 'espalier-'));

it('makes a folder that is complete once it is there', async () => {
  const folder = join(parent(), 'made');
  await makeFolder(folder, async (temporary) => {
    expect(existsSync(folder)).toBe(false);
    writeFileSync(join(temporary, 'file'), 'x');
    return { version: '1', parts: ['a', 'b'] };
  });
  expect(isStamped(folder, { version: '1', parts: ['a', 'b'] }, ['file'])).toBe(true);
  expect(isStamped(folder, { version: '2' })).toBe(false);
  expect(isStamped(folder, { version: '1' }, ['another file'])).toBe(false);
});

it('leaves nothing behind when filling fails, and keeps what was there', async () => {
  const folder = join(parent(), 'made');
  await makeFolder(folder, async () => ({ version: '1' }));
  await expect(
    makeFolder(folder, async (temporary) => {
      writeFileSync(join(temporary, 'half'), 'x');
      throw new Error('network');
    }),
  ).rejects.toThrow('network');
  expect(readdirSync(join(folder, '..'))).toEqual(['made']);
  expect(isStamped(folder, { version: '1' })).toBe(true);
});

it('clears away what an interrupted run left', async () => {
  const folder = join(parent(), 'made');
  mkdirSync(`${folder}.partial`);
  writeFileSync(join(`${folder}.partial`, 'half'), 'x');
  await makeFolder(folder, async () => ({ version: '1' }));
  expect(readdirSync(folder)).toEqual(['stamp.json']);
});

it('takes a folder with a damaged stamp for incomplete', () => {
  const folder = parent();
  writeFileSync(join(folder, 'stamp.json'), '{');
  expect(isStamped(folder, {})).toBe(false);
});

it('fills a folder without touching what others keep in it, and stamps it last', async () => {
  const folder = parent();
  writeFileSync(join(folder, 'theirs'), 'x');
  await fillFolder(folder, { version: '1' }, async () => writeFileSync(join(folder, 'ours'), 'y'));
  expect(readdirSync(folder).sort()).toEqual(['ours', 'stamp.json', 'theirs']);
  await expect(fillFolder(folder, { version: '1' }, () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
  expect(isStamped(folder, { version: '1' })).toBe(false);
});
