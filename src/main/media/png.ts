import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { readable, UnreadableError } from './failure';
import { readEnds, writeFileAtomic } from './files';
import { checkPixels, decodeMemory } from './memory';
import { ownDecoder } from './own-decoder';
import { CHANNELS, strideOf, type PngHeader, type PngImage } from './png-pixels';

export type { PngHeader, PngImage } from './png-pixels';

/** Red, green and blue of each index, 3 bytes each, at most 256. */
export type Palette = Uint8Array;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const COLOUR_TYPE = { grey: 0, rgb: 2, indexed: 3 } as const;
const deflateAsync = promisify(deflate);

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
  return decodeMemory.use(file, bytes, () => ownDecoder().png(file, header));
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

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}
