import { promisify } from 'node:util';
import { crc32, inflate } from 'node:zlib';
import { UnreadableError } from './failure';

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

/** What a PNG says it is, before anything of it is decompressed. */
export interface PngHeader {
  readonly kind: PngImage['kind'];
  readonly width: number;
  readonly height: number;
  /** Bits of a sample, 1…8. */
  readonly depth: number;
}

export const CHANNELS = { grey: 1, rgb: 3, indexed: 1 } as const;
const inflateAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/** Bytes of a row, without its filter. */
export function strideOf({ kind, width, depth }: PngHeader): number {
  return Math.ceil((width * CHANNELS[kind] * depth) / 8);
}

/** @param bytes of a whole file, whose header was read @throws UnreadableError */
export async function decodePng(bytes: Buffer, header: PngHeader): Promise<PngImage> {
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
