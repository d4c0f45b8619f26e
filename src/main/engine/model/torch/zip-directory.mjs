/**
 * The table of contents of a zip file, found from its end. PyTorch's files are zip files too. No ZIP64, no encryption.
 */

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

/** The end record and the longest comment that may follow it. */
export const TAIL_BYTES = 65_557;

/** Bytes of a local header before its name. */
export const LOCAL_HEADER_BYTES = 30;

/**
 * @param {Buffer} tail the last `TAIL_BYTES` of the archive, or all of it
 * @param {string} file for the error
 * @returns {{ count: number, start: number, bytes: number }} entries in the table, where it starts in the archive, and its size
 * @throws {Error} when this is no archive, or a ZIP64 one
 */
export function findDirectory(tail, file) {
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error(`${file} is not a zip archive`);
  const count = tail.readUInt16LE(end + 10);
  const start = tail.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff) throw new Error(`${file} is a ZIP64 archive, which is not supported`);
  return { count, start, bytes: tail.readUInt32LE(end + 12) };
}

/**
 * @param {Buffer} directory
 * @param {number} count
 * @returns {ZipEntry[]}
 */
export function parseDirectory(directory, count) {
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
 * @param {Buffer} header the entry's local header
 * @param {ZipEntry} entry
 * @returns {number} where the entry's data starts in the archive
 */
export function dataStart(header, entry) {
  return entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}
