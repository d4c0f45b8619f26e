import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { UnreadableError } from '../failure';
import { chunkBytes, rowBytes, type TiffLayout } from './layout';
import { decodeLzw } from './lzw';

const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

/**
 * A chunk of samples as it lies in the file, decompressed, its predictor undone, in this machine's order of bytes.
 * @param rows how many of its rows must be there: the last strip may be shorter
 * @throws UnreadableError when fewer bytes come out than the rows need, or more than the chunk holds
 */
export async function decodeChunk(stored: Uint8Array, layout: TiffLayout, rows: number): Promise<Uint8Array> {
  const whole = chunkBytes(layout);
  const row = rowBytes(layout);
  const bytes = await decompress(stored, layout.compression, whole);
  if (bytes.length < row * rows) throw new UnreadableError('the file is cut off');
  const chunk = bytes.subarray(0, row * rows);
  if (layout.predictor === 3) return undoFloatPredictor(chunk, layout);
  if (!layout.littleEndian) swap(chunk, layout.bits);
  if (layout.predictor === 2) undoDifferences(chunk, layout);
  return chunk;
}

async function decompress(stored: Uint8Array, compression: number, whole: number): Promise<Uint8Array> {
  switch (compression) {
    case 1:
      return stored;
    case 5:
      return decodeLzw(stored, whole);
    case 32773:
      return unpackBits(stored, whole);
    default:
      return inflateAsync(stored, { maxOutputLength: whole }).catch((cause: unknown) => {
        throw new UnreadableError('its content is damaged', { cause });
      });
  }
}

/** TIFF 6.0, section 9. */
function unpackBits(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let reached = 0;
  for (let at = 0; at < data.length && reached < length;) {
    const control = data[at++]!;
    if (control === 128) continue;
    const run = control < 128 ? control + 1 : 257 - control;
    const size = Math.min(run, length - reached);
    if (control < 128) out.set(data.subarray(at, at + size), reached);
    else out.fill(data[at]!, reached, reached + size);
    at += control < 128 ? run : 1;
    reached += size;
  }
  return out.subarray(0, reached);
}

function swap(bytes: Uint8Array, bits: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bits === 16) buffer.swap16();
  if (bits === 32) buffer.swap32();
  if (bits === 64) buffer.swap64();
}

/** Predictor 2 (TIFF 6.0, section 14): each sample was stored as its difference from that of the pixel before, as integers. */
function undoDifferences(bytes: Uint8Array, layout: TiffLayout): void {
  const { buffer, byteOffset, length } = bytes;
  const step = layout.planar ? 1 : layout.samples;
  const perRow = layout.chunk.width * step;
  const add = adderOf(buffer, byteOffset, length, layout.bits, step);
  const count = (length * 8) / layout.bits;
  for (let row = 0; row < count; row += perRow) for (let i = row + step; i < row + perRow; i++) add(i);
}

/** What adds to an integer the one `step` before it. */
function adderOf(buffer: ArrayBufferLike, offset: number, length: number, bits: number, step: number): (index: number) => void {
  if (bits === 64) {
    const values = new BigUint64Array(buffer, offset, length / 8);
    return (i) => (values[i]! += values[i - step]!);
  }
  const values =
    bits === 8
      ? new Uint8Array(buffer, offset, length)
      : bits === 16
        ? new Uint16Array(buffer, offset, length / 2)
        : new Uint32Array(buffer, offset, length / 4);
  return (i) => (values[i]! += values[i - step]!);
}

/** Predictor 3 (Adobe's TIFF technical note 3): the bytes of a row's floats by significance, the highest first, stored as differences. */
function undoFloatPredictor(bytes: Uint8Array, layout: TiffLayout): Uint8Array {
  const width = layout.bits / 8;
  const step = layout.planar ? 1 : layout.samples;
  const row = rowBytes(layout);
  const count = row / width;
  const out = new Uint8Array(bytes.length);
  for (let from = 0; from < bytes.length; from += row) {
    for (let i = from + step; i < from + row; i++) bytes[i] = bytes[i]! + bytes[i - step]!;
    for (let i = 0; i < count; i++) {
      for (let byte = 0; byte < width; byte++) out[from + i * width + width - 1 - byte] = bytes[from + byte * count + i]!;
    }
  }
  return out;
}
