import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Diffs, runs and regions in the database: 32-bit little-endian words, deflated. */
export function packWords(words: Uint32Array): Buffer {
  return deflateRawSync(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), { level: 3 });
}

export function unpackWords(blob: Buffer): Uint32Array<ArrayBuffer> {
  // A copy: the bytes may lie unaligned in a pool.
  return new Uint32Array(new Uint8Array(inflateRawSync(blob)).buffer);
}
