import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Diffs, runs and regions in the database: 32-bit little-endian words, deflated. */
export function packWords(words: Uint32Array): Buffer {
  return deflateRawSync(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), { level: 3 });
}

/** Bytes that every blob may hold. */
const ALWAYS = 1 << 26;
const BYTES_OF_PIXEL = 12;

/**
 * @param pixels of the image that they are of: three words for each say all there is to say, and more would only fill the memory
 * @throws RangeError and zlib's errors when they are damaged
 */
export function unpackWords(blob: Buffer, pixels: number): Uint32Array<ArrayBuffer> {
  // A copy: the bytes may lie unaligned in a pool.
  const bytes = new Uint8Array(inflateRawSync(blob, { maxOutputLength: Math.max(ALWAYS, BYTES_OF_PIXEL * pixels) }));
  return new Uint32Array(bytes.buffer);
}

/** Whether an error says that words cannot be read, or do not fit their image. */
export function isDamage(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && 'code' in error && /^(Z_|ERR_BUFFER)/.test(String(error.code)));
}
