import type { FileHandle } from 'node:fs/promises';
import { UnreadableError } from '../failure';

/** Tags of TIFF 6.0 and of its supplements that say what lies where. */
export const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripCounts: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  /** GDAL's: the value that means "nothing here", as text. */
  noData: 42113,
} as const;

/** The first directory of a TIFF: numbers (or text, as its character codes) by tag. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  readonly fileSize: number;
  readonly entries: ReadonlyMap<number, readonly number[]>;
}

/** Bytes of a value, and how it is read, by field type; types that hold no plain numbers are left out. */
const TYPES: Readonly<Record<number, { size: number; read: (view: DataView, at: number, little: boolean) => number } | undefined>> = {
  1: { size: 1, read: (view, at) => view.getUint8(at) },
  2: { size: 1, read: (view, at) => view.getUint8(at) },
  3: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  16: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};

const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

/**
 * Reads the first directory of a TIFF or BigTIFF: of every list at most what the file can hold.
 * @throws UnreadableError
 */
export async function readDirectory(handle: FileHandle): Promise<TiffDirectory> {
  const { size: fileSize } = await handle.stat();
  const head = await readAt(handle, 0, 16, fileSize);
  const littleEndian = head.getUint8(0) === 0x49;
  const big = head.getUint16(2, littleEndian) === 43;
  const start = big ? Number(head.getBigUint64(8, littleEndian)) : head.getUint32(4, littleEndian);
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const counted = await readAt(handle, start, countBytes, fileSize);
  const count = big ? Number(counted.getBigUint64(0, littleEndian)) : counted.getUint16(0, littleEndian);
  const table = await readAt(handle, start + countBytes, count * entryBytes, fileSize);

  const entries = new Map<number, readonly number[]>();
  for (let i = 0; i < count; i++) {
    const at = i * entryBytes;
    const tag = table.getUint16(at, littleEndian);
    const type = TYPES[table.getUint16(at + 2, littleEndian)];
    if (!WANTED.has(tag) || !type) continue;
    const length = big ? Number(table.getBigUint64(at + 4, littleEndian)) : table.getUint32(at + 4, littleEndian);
    const valueAt = at + (big ? 12 : 8);
    const inline = length * type.size <= (big ? 8 : 4);
    const offset = big ? Number(table.getBigUint64(valueAt, littleEndian)) : table.getUint32(valueAt, littleEndian);
    const values = inline ? table : await readAt(handle, offset, length * type.size, fileSize);
    const from = inline ? valueAt : 0;
    entries.set(
      tag,
      Array.from({ length }, (_, index) => type.read(values, from + index * type.size, littleEndian)),
    );
  }
  return { littleEndian, fileSize, entries };
}

/** What one call of the system reads at most. */
const PART = 2 ** 30;

/** @throws UnreadableError when the file ends before */
export async function readAt(handle: FileHandle, at: number, length: number, fileSize: number): Promise<DataView> {
  if (at + length > fileSize) throw new UnreadableError('the file is cut off');
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(PART, length - done), at + done);
    if (bytesRead === 0) throw new UnreadableError('the file is cut off');
    done += bytesRead;
  }
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}
