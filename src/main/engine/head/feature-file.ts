import { crc32 } from 'node:zlib';
import { z } from 'zod';

/**
 * A file of the maps of a view: this, the CRC-32 of all that follows, the length of the header, both as 32 bits; the header as JSON,
 * spaces after it up to a multiple of 4 bytes; the values. Numbers are little-endian, values have half precision.
 */
const MAGIC = Buffer.from('ESPMAPS1');
const [CRC_AT, HEADER_AT] = [MAGIC.length, MAGIC.length + 8] as const;

const Header = z.object({ values: z.number().int().positive() });

/** The parts of a file of these values. */
export function encodeFeatures(values: Float16Array): Uint8Array[] {
  const json = JSON.stringify({ values: values.length } satisfies z.input<typeof Header>);
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 4) * 4));
  const start = Buffer.alloc(HEADER_AT);
  MAGIC.copy(start);
  start.writeUInt32LE(header.length, CRC_AT + 4);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  start.writeUInt32LE(crc32(bytes, crc32(header, crc32(start.subarray(CRC_AT + 4)))), CRC_AT);
  return [start, header, bytes];
}

/** The values of a file, which go on to use its memory; null where it is damaged. */
export function decodeFeatures(file: Buffer): Float16Array | null {
  if (file.length < HEADER_AT || !file.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  if (crc32(file.subarray(CRC_AT + 4)) !== file.readUInt32LE(CRC_AT)) return null;
  const from = HEADER_AT + file.readUInt32LE(CRC_AT + 4);
  const header = Header.safeParse(parsed(file.toString('utf8', HEADER_AT, from)));
  if (!header.success || from % 2 === 1 || file.length !== from + 2 * header.data.values) return null;
  return new Float16Array(file.buffer, file.byteOffset + from, header.data.values);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
