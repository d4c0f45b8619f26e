import { lstatSync, mkdtempSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unzip } from './zip.mjs';

/**
 * @typedef {{ name: string, content: string, mode?: number, stored?: boolean }} Entry
 */

/**
 * @param {Entry[]} entries
 * @returns {string} path of a zip file of them
 */
function zip(entries) {
  /** @type {Buffer[]} */
  const local = [];
  /** @type {Buffer[]} */
  const central = [];
  let offset = 0;
  for (const { name, content, mode = 0, stored = false } of entries) {
    const data = stored ? Buffer.from(content) : deflateRawSync(Buffer.from(content));
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(stored ? 0 : 8, 10);
    record.writeUInt32LE(data.length, 20);
    record.writeUInt32LE(content.length, 24);
    record.writeUInt16LE(Buffer.byteLength(name), 28);
    record.writeUInt32LE((mode << 16) >>> 0, 38);
    record.writeUInt32LE(offset, 42);
    local.push(header, Buffer.from(name), data);
    central.push(record, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  const file = join(mkdtempSync(join(tmpdir(), 'espalier-')), 'archive.zip');
  writeFileSync(file, Buffer.concat([...local, directory, end]));
  return file;
}

const folder = () => mkdtempSync(join(tmpdir(), 'espalier-'));
/** @param {string} name */
const all = (name) => name;

it('unpacks what is picked, under the name that is given', async () => {
  const target = folder();
  const file = zip([
    { name: 'a/one.txt', content: 'one'.repeat(1000) },
    { name: 'two.txt', content: 'two', stored: true },
    { name: 'empty', content: '', stored: true },
    { name: 'three.txt', content: 'three' },
  ]);
  /** @type {number[]} */
  const progress = [];
  const written = await unzip(
    file,
    target,
    (name) => (name === 'three.txt' ? undefined : `in/${name}`),
    (done, total) => progress.push(done / total),
  );
  expect(written).toEqual(['in/a/one.txt', 'in/two.txt', 'in/empty']);
  expect(readFileSync(join(target, 'in/a/one.txt'), 'utf8')).toBe('one'.repeat(1000));
  expect(readFileSync(join(target, 'in/two.txt'), 'utf8')).toBe('two');
  expect(readFileSync(join(target, 'in/empty'), 'utf8')).toBe('');
  expect(progress.at(-1)).toBe(1);
});

it('keeps executables and links', async () => {
  const target = folder();
  await unzip(
    zip([
      { name: 'run', content: '#!', mode: 0o100755 },
      { name: 'link', content: 'run', mode: 0o120777, stored: true },
    ]),
    target,
    all,
  );
  expect(statSync(join(target, 'run')).mode & 0o111).toBe(0o111);
  expect(lstatSync(join(target, 'link')).isSymbolicLink()).toBe(true);
  expect(readlinkSync(join(target, 'link'))).toBe('run');
});

it.each([
  ['a path outside its folder', { name: '../outside', content: 'x' }],
  ['an absolute path', { name: '/outside', content: 'x' }],
  ['a link that leaves its folder', { name: 'link', content: '../..', mode: 0o120777 }],
])('refuses %s', async (_, entry) => {
  await expect(unzip(zip([entry]), folder(), all)).rejects.toThrow(/(outside|leaves) its folder/);
});

it('refuses what is not a zip archive', async () => {
  const file = join(folder(), 'x.zip');
  writeFileSync(file, 'not a zip archive');
  await expect(unzip(file, folder(), all)).rejects.toThrow('is not a zip archive');
});
