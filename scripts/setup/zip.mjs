import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/**
 * @typedef {object} ZipEntry
 * @property {string} name path inside the archive, with forward slashes
 * @property {number} method 0 stored, 8 deflated
 * @property {number} compressedSize bytes
 * @property {number} size bytes
 * @property {number} offset of the local header
 * @property {number} mode Unix mode, 0 where the archive does not say
 */

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const SYMLINK = 0o120000;

/**
 * Lists an archive's entries (wheels and Electron releases are zip files). No ZIP64, no encryption.
 * @param {string} file
 * @returns {Promise<ZipEntry[]>}
 */
export async function listZip(file) {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, 65_557));
    await handle.read(tail, 0, tail.length, size - tail.length);
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
    if (end < 0) throw new Error(`${file} is not a zip archive`);
    const count = tail.readUInt16LE(end + 10);
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    const start = tail.readUInt32LE(end + 16);
    if (count === 0xffff || start === 0xffffffff) throw new Error(`${file} is a ZIP64 archive, which is not supported`);
    await handle.read(directory, 0, directory.length, start);
    return parseDirectory(directory, count);
  } finally {
    await handle.close();
  }
}

/**
 * @param {Buffer} directory
 * @param {number} count
 * @returns {ZipEntry[]}
 */
function parseDirectory(directory, count) {
  /** @type {ZipEntry[]} */
  const entries = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (directory.readUInt32LE(at) !== CENTRAL) throw new Error('the archive has a damaged table of contents');
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      offset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Unpacks the entries that `pick` keeps. Nothing can land outside `folder`.
 * @param {string} file
 * @param {string} folder
 * @param {(name: string) => string | undefined} pick gives the target path inside `folder`, or undefined to leave the entry out
 * @param {(bytes: number, total: number) => void} [onProgress] bytes unpacked
 * @returns {Promise<string[]>} target paths written
 */
export async function unzip(file, folder, pick, onProgress = () => {}) {
  const chosen = (await listZip(file)).flatMap((entry) => {
    const target = entry.name.endsWith('/') ? undefined : pick(entry.name);
    return target === undefined ? [] : [{ entry, target }];
  });
  const total = chosen.reduce((sum, { entry }) => sum + entry.size, 0);
  const inside = resolve(folder) + sep;
  const handle = await open(file);
  let done = 0;
  try {
    for (const { entry, target } of chosen) {
      const path = resolve(folder, target);
      if (!path.startsWith(inside)) throw new Error(`the archive holds a path outside its folder: ${entry.name}`);
      await mkdir(dirname(path), { recursive: true });
      const header = Buffer.alloc(30);
      await handle.read(header, 0, 30, entry.offset);
      const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
      await extract(file, entry, start, path, inside, (bytes) => onProgress((done += bytes), total));
    }
  } finally {
    await handle.close();
  }
  return chosen.map(({ target }) => target);
}

/**
 * @param {string} file
 * @param {ZipEntry} entry
 * @param {number} start of the entry's data in `file`
 * @param {string} path
 * @param {string} inside folder (with a trailing separator) that links must not leave
 * @param {(bytes: number) => void} onBytes
 */
async function extract(file, entry, start, path, inside, onBytes) {
  const isLink = (entry.mode & 0o170000) === SYMLINK;
  /** @type {Buffer[]} */
  const linkTarget = [];
  const sink = isLink ? collect(linkTarget) : createWriteStream(path);
  /** @param {AsyncIterable<Buffer>} source */
  const counted = async function* (source) {
    for await (const chunk of source) {
      onBytes(chunk.length);
      yield chunk;
    }
  };
  if (entry.compressedSize === 0) {
    await pipeline([], sink);
  } else {
    const source = createReadStream(file, { start, end: start + entry.compressedSize - 1 });
    if (entry.method === 8) await pipeline(source, createInflateRaw(), counted, sink);
    else if (entry.method === 0) await pipeline(source, counted, sink);
    else throw new Error(`the archive packs ${entry.name} in a way that is not supported`);
  }
  if (isLink) {
    const target = Buffer.concat(linkTarget).toString();
    if (!resolve(dirname(path), target).startsWith(inside)) {
      throw new Error(`the archive holds a link that leaves its folder: ${entry.name}`);
    }
    await symlink(target, path);
  } else if (entry.mode & 0o111) {
    await chmod(path, 0o755);
  }
}

/**
 * @param {Buffer[]} chunks
 * @returns {Writable}
 */
function collect(chunks) {
  return new Writable({
    write(chunk, _encoding, next) {
      chunks.push(chunk);
      next();
    },
  });
}
