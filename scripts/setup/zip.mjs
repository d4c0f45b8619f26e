import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import {
  dataStart,
  findDirectory,
  LOCAL_HEADER_BYTES,
  parseDirectory,
  TAIL_BYTES,
} from '../../src/main/engine/model/torch/zip-directory.mjs';

/** @typedef {import('../../src/main/engine/model/torch/zip-directory.mjs').ZipEntry} ZipEntry */

const SYMLINK = 0o120000;

/**
 * Lists an archive's entries (wheels and Electron releases are zip files).
 * @param {string} file
 * @returns {Promise<ZipEntry[]>}
 */
export async function listZip(file) {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const { count, start, bytes } = findDirectory(tail, file);
    const directory = Buffer.alloc(bytes);
    await handle.read(directory, 0, bytes, start);
    return parseDirectory(directory, count);
  } finally {
    await handle.close();
  }
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
      const header = Buffer.alloc(LOCAL_HEADER_BYTES);
      await handle.read(header, 0, header.length, entry.offset);
      await extract(file, entry, dataStart(header, entry), path, inside, (bytes) => onProgress((done += bytes), total));
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
