import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflate, inflate } from 'node:zlib';
import { readable, UnreadableError } from './failure';
import { readEnds, writeFileAtomic } from './files';
import { checkPixels, decodeMemory } from './memory';

/**
 * PNG for numbers rather than pictures: every byte written is read back as it was, no colour management, no palette reordering.
 * Indexed: class id per pixel with the colours to show them in. Grey: 1 byte. RGB: 3 bytes. Grey of 16 bits: 2 bytes, the higher one first.
 */
export interface PngImage {
  readonly kind: 'indexed' | 'grey' | 'rgb' | 'grey16';
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Red, green and blue of each index, 3 bytes each, at most 256. */
export type Palette = Uint8Array;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const COLOUR_TYPE = { grey: 0, rgb: 2, indexed: 3, grey16: 0 } as const;
/** Bytes of a pixel. */
const CHANNELS = { grey: 1, rgb: 3, indexed: 1, grey16: 2 } as const;
const deflateAsync = promisify(deflate);
const inflateAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/**
 * @param palette needed by indexed images
 * @param level how hard to compress, 1…9
 */
export async function encodePng(image: PngImage, palette?: Palette, level = 6): Promise<Buffer> {
  const { kind, width, height, data } = image;
  const stride = width * CHANNELS[kind];
  if (data.length !== stride * height) throw new RangeError(`${data.length} bytes do not make ${width} × ${height} ${kind}`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([kind === 'grey16' ? 16 : 8, COLOUR_TYPE[kind], 0, 0, 0], 8);

  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const chunks = [chunk('IHDR', header)];
  if (kind === 'indexed') {
    if (!palette) throw new RangeError('an indexed image needs a palette');
    chunks.push(chunk('PLTE', palette));
  }
  chunks.push(chunk('IDAT', await deflateAsync(rows, { level })), chunk('IEND', new Uint8Array(0)));
  return Buffer.concat([SIGNATURE, ...chunks]);
}

export async function writePng(file: string, image: PngImage, palette?: Palette): Promise<void> {
  await writeFileAtomic(file, await encodePng(image, palette));
}

/** What a PNG says it is, before anything of it is decompressed. */
export interface PngHeader {
  readonly kind: PngImage['kind'];
  readonly width: number;
  readonly height: number;
  /** Bits of a sample, 1…8. */
  readonly depth: number;
}

const HEAD_BYTES = 33;

/**
 * Reads what kind of numbers a PNG holds, and how many: to be compared with what is expected before `readPng`.
 * @throws EspalierError IMAGE_UNREADABLE with the reason, IMAGE_TOO_LARGE
 */
export async function readPngHeader(file: string): Promise<PngHeader> {
  const header = await readable(file, async () => headerOf((await readEnds(file, HEAD_BYTES)).head));
  checkPixels(file, header.width, header.height);
  return header;
}

/**
 * Reads an 8-bit (or narrower) indexed, grey or RGB PNG exactly: indices and greys are the stored numbers, never scaled.
 * @throws EspalierError IMAGE_UNREADABLE with the reason, IMAGE_TOO_LARGE, IMAGE_MEMORY
 */
export async function readPng(file: string): Promise<PngImage> {
  const header = await readPngHeader(file);
  const { size } = await readable(file, () => stat(file));
  // The file and its compressed parts; rows as they come out, put together, and with their filters undone.
  const bytes = 2 * size + 3 * (strideOf(header) + 1) * header.height + header.width * header.height;
  return decodeMemory.use(file, bytes, () => readable(file, async () => decodePng(await readFile(file), header)));
}

function headerOf(head: Buffer): PngHeader {
  if (!head.subarray(0, 8).equals(SIGNATURE)) throw new UnreadableError('it is not a PNG');
  if (head.length < HEAD_BYTES) throw new UnreadableError('the file is cut off');
  if (head.toString('latin1', 12, 16) !== 'IHDR') throw new UnreadableError('its header is damaged');
  const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)];
  const [depth = 0, type, , , interlace] = head.subarray(24);
  const kind = (['grey', 'rgb', 'indexed'] as const).find((each) => COLOUR_TYPE[each] === type);
  if (!kind) throw new UnreadableError('it has transparency');
  if (depth > 8) throw new UnreadableError('it has 16 bits per pixel');
  if (![1, 2, 4, 8].includes(depth) || (kind === 'rgb' && depth !== 8) || width === 0 || height === 0) {
    throw new UnreadableError('its header is damaged');
  }
  if (interlace !== 0) throw new UnreadableError('it is interlaced');
  return { kind, width, height, depth };
}

/** Bytes of a row, without its filter. */
function strideOf({ kind, width, depth }: PngHeader): number {
  return Math.ceil((width * CHANNELS[kind] * depth) / 8);
}

async function decodePng(bytes: Buffer, header: PngHeader): Promise<PngImage> {
  const { kind, width, height, depth } = header;
  const parts: Buffer[] = [];
  for (const { type, data } of chunksOf(bytes)) if (type === 'IDAT') parts.push(data);
  const stride = strideOf(header);
  const length = (stride + 1) * height;
  const filtered = await inflateAsync(Buffer.concat(parts), { maxOutputLength: length });
  if (filtered.length !== length) throw new UnreadableError('the file is cut off');
  const rows = unfilter(filtered, stride, height, CHANNELS[kind]);
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
    if (at + 12 > bytes.length) throw new UnreadableError('the file is cut off');
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) throw new UnreadableError('the file is cut off');
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) throw new UnreadableError('its content is damaged');
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
    if (filter > 4) throw new UnreadableError('its content is damaged');
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
