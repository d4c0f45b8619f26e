import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflate, inflate } from 'node:zlib';
import { EspalierError } from '@shared/errors';
import { writeFileAtomic } from './files';
import { PIXEL_LIMIT } from './decode';

/**
 * PNG for numbers rather than pictures: every byte written is read back as it was, no colour management, no palette reordering.
 * Indexed: class id per pixel with the colours to show them in. Grey: 1 byte. RGB: 3 bytes.
 */
export interface PngImage {
  readonly kind: 'indexed' | 'grey' | 'rgb';
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Red, green and blue of each index, 3 bytes each, at most 256. */
export type Palette = Uint8Array;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const COLOUR_TYPE = { grey: 0, rgb: 2, indexed: 3 } as const;
const CHANNELS = { grey: 1, rgb: 3, indexed: 1 } as const;
const deflateAsync = promisify(deflate);
const inflateAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/** @param palette needed by indexed images */
export async function encodePng(image: PngImage, palette?: Palette): Promise<Buffer> {
  const { kind, width, height, data } = image;
  const stride = width * CHANNELS[kind];
  if (data.length !== stride * height) throw new RangeError(`${data.length} bytes do not make ${width} × ${height} ${kind}`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, COLOUR_TYPE[kind], 0, 0, 0], 8);

  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const chunks = [chunk('IHDR', header)];
  if (kind === 'indexed') {
    if (!palette) throw new RangeError('an indexed image needs a palette');
    chunks.push(chunk('PLTE', palette));
  }
  chunks.push(chunk('IDAT', await deflateAsync(rows, { level: 6 })), chunk('IEND', new Uint8Array(0)));
  return Buffer.concat([SIGNATURE, ...chunks]);
}

export async function writePng(file: string, image: PngImage, palette?: Palette): Promise<void> {
  await writeFileAtomic(file, await encodePng(image, palette));
}

/**
 * Reads an 8-bit (or narrower) indexed, grey or RGB PNG exactly: indices and greys are the stored numbers, never scaled.
 * @throws EspalierError IMAGE_UNREADABLE with the reason, IMAGE_TOO_LARGE
 */
export async function readPng(file: string): Promise<PngImage> {
  const name = basename(file);
  try {
    return await decodePng(await readFile(file), name);
  } catch (error) {
    if (error instanceof EspalierError) throw error;
    const reason = error instanceof RangeError ? error.message : 'its content is damaged';
    throw new EspalierError('IMAGE_UNREADABLE', { name, reason }, { cause: error });
  }
}

async function decodePng(bytes: Buffer, name: string): Promise<PngImage> {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new RangeError('it is not a PNG');
  const parts: Buffer[] = [];
  let header: Buffer | null = null;
  for (const { type, data } of chunksOf(bytes)) {
    if (type === 'IHDR') header = data;
    if (type === 'IDAT') parts.push(data);
  }
  if (header?.length !== 13) throw new RangeError('its header is damaged');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type, , , interlace] = [...header.subarray(8)];
  const kind = (['grey', 'rgb', 'indexed'] as const).find((each) => COLOUR_TYPE[each] === type);
  if (!kind) throw new RangeError('it has transparency');
  if (depth === undefined || depth > 8 || (kind === 'rgb' && depth !== 8)) throw new RangeError('it has 16 bits per pixel');
  if (interlace !== 0) throw new RangeError('it is interlaced');
  if (width * height > PIXEL_LIMIT) throw new EspalierError('IMAGE_TOO_LARGE', { name, width, height, limit: PIXEL_LIMIT / 1e6 });

  const channels = CHANNELS[kind];
  const stride = Math.ceil((width * channels * depth) / 8);
  const length = (stride + 1) * height;
  const filtered = await inflateAsync(Buffer.concat(parts), { maxOutputLength: length });
  if (filtered.length !== length) throw new RangeError('the file is cut off');
  const rows = unfilter(filtered, stride, height, channels);
  return { kind, width, height, data: depth === 8 ? rows : unpack(rows, stride, width, height, depth) };
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

function* chunksOf(bytes: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw new RangeError('the file is cut off');
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) throw new RangeError('the file is cut off');
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) throw new RangeError('its content is damaged');
    const type = bytes.toString('latin1', at + 4, at + 8);
    yield { type, data: bytes.subarray(at + 8, end) };
    if (type === 'IEND') return;
    at = end + 4;
  }
}

/** Undoes PNG's row filters (PNG specification, section 9). `distance`: bytes to the same sample of the pixel before. */
function unfilter(filtered: Uint8Array, stride: number, height: number, distance: number): Uint8Array {
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    const filter = filtered[from - 1]!;
    if (filter > 4) throw new RangeError('its content is damaged');
    if (filter === 0) {
      rows.set(filtered.subarray(from, from + stride), to);
      continue;
    }
    for (let x = 0; x < stride; x++) {
      const left = x < distance ? 0 : rows[to + x - distance]!;
      const up = y === 0 ? 0 : rows[to + x - stride]!;
      const corner = x < distance || y === 0 ? 0 : rows[to + x - stride - distance]!;
      const predicted = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, corner);
      rows[to + x] = filtered[from + x]! + predicted;
    }
  }
  return rows;
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Samples of 1, 2 or 4 bits, one byte each. */
function unpack(rows: Uint8Array, stride: number, width: number, height: number, depth: number): Uint8Array {
  const data = new Uint8Array(width * height);
  const perByte = 8 / depth;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = rows[y * stride + Math.floor(x / perByte)]!;
      data[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & (2 ** depth - 1);
    }
  }
  return data;
}
