import { z } from 'zod';
import { fromBfloat, fromHalf } from '../torch/half.mjs';

/** A tensor of a safetensors file: row-major float32 values. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Why bytes are no safetensors file; the text follows "cannot be used (…)". */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

const LENGTH_BYTES = 8;
/** Headers of whole networks have 70 kB. */
const MAX_HEADER_BYTES = 2 ** 24;
/** Objects and lists in a header at most; each takes far more memory than the bracket that makes it. Whole networks have 2,000. */
const MAX_BRACKETS = 100_000;
const FLOAT_BYTES = 4;
const HALF_BYTES = 2;

const size = z.number().int().nonnegative();
const Entry = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const Header = z.looseObject({ __metadata__: z.record(z.string(), z.string()).default({}) });

/**
 * Reads a safetensors file, whose memory the values share: an 8-byte little-endian header length, the header as JSON, the data. Half precision
 * (F16, BF16) becomes float32; tensors of other types (such as `num_batches_tracked`) are left out.
 * @throws SafetensorsError when it is truncated, or its header is wrong, or its tensors overlap or leave gaps
 */
export function readSafetensors(file: Uint8Array): Safetensors {
  const header = parseHeader(file);
  const data = file.subarray(LENGTH_BYTES + header.bytes);
  const entries = header.entries.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let reached = 0;
  for (const { name, start, end } of entries) {
    if (start !== reached || end < start) throw new SafetensorsError(`the data of ${name} is not where it should be`);
    reached = end;
  }
  if (reached !== data.length)
    throw new SafetensorsError(reached > data.length ? 'the file is truncated' : 'there is more data than tensors');
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, start, end } of entries) {
    const type = TYPES[dtype];
    if (!type) continue;
    if (shape.reduce((product, side) => product * side, type.bytes) !== end - start) {
      throw new SafetensorsError(`the size of ${name} does not fit its shape`);
    }
    tensors.set(name, { shape, values: type.floats(data.subarray(start, end)) });
  }
  return { tensors, metadata: header.metadata };
}

/** The types that hold weights. */
const TYPES: Readonly<Record<string, { readonly bytes: number; readonly floats: (bytes: Uint8Array) => Float32Array } | undefined>> = {
  F32: { bytes: FLOAT_BYTES, floats: floatsOf },
  F16: { bytes: HALF_BYTES, floats: (bytes) => fromHalves(bytes, fromHalf) },
  BF16: { bytes: HALF_BYTES, floats: (bytes) => fromHalves(bytes, fromBfloat) },
};

function fromHalves(bytes: Uint8Array, numberOf: (bits: number) => number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength / HALF_BYTES);
  for (let i = 0; i < values.length; i++) values[i] = numberOf(view.getUint16(i * HALF_BYTES, true));
  return values;
}

/** The floats that the bytes are, in the same memory where they are aligned there. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % FLOAT_BYTES === 0 ? bytes : Uint8Array.from(bytes);
  return new Float32Array(buffer, byteOffset, byteLength / FLOAT_BYTES);
}

interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: number[];
  readonly start: number;
  readonly end: number;
}

function parseHeader(file: Uint8Array): { bytes: number; entries: HeaderEntry[]; metadata: Record<string, string> } {
  if (file.length < LENGTH_BYTES) throw new SafetensorsError('the file is truncated');
  const bytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (bytes > MAX_HEADER_BYTES) throw new SafetensorsError('it is not a safetensors file');
  if (bytes > file.length - LENGTH_BYTES) throw new SafetensorsError('the file is truncated');
  const json = file.subarray(LENGTH_BYTES, LENGTH_BYTES + bytes);
  if (bracketsIn(json) > MAX_BRACKETS) throw new SafetensorsError('it is not a safetensors file');
  const parsed = Header.safeParse(parseJson(json));
  if (!parsed.success) throw new SafetensorsError('it is not a safetensors file');
  const { __metadata__: metadata, ...described } = parsed.data;
  const entries = Object.entries(described).map(([name, value]) => {
    const entry = Entry.safeParse(value);
    if (!entry.success) throw new SafetensorsError(`the entry of ${name} is malformed`);
    const { dtype, shape, data_offsets: offsets } = entry.data;
    return { name, dtype, shape, start: offsets[0], end: offsets[1] };
  });
  return { bytes, entries, metadata };
}

function bracketsIn(json: Uint8Array): number {
  let count = 0;
  for (const byte of json) if (byte === 0x5b || byte === 0x7b) count++;
  return count;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SafetensorsError('it is not a safetensors file', { cause });
  }
}

/** The bytes of a safetensors file; equal tensors give equal bytes. */
export function writeSafetensors(tensors: ReadonlyMap<string, StoredTensor>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const shapes = new Map(Array.from(tensors, ([name, { shape }]) => [name, shape]));
  const values = Array.from(tensors.values(), (tensor) => tensor.values);
  const parts = [...safetensorsParts(shapes, values, metadata)];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    file.set(part, offset);
    offset += part.length;
  }
  return file;
}

/**
 * A safetensors file piece by piece, for tensors that need not be held all at once.
 * @param shapes of the tensors by name
 * @param values of the same tensors in the same order, asked for one after the other
 */
export function* safetensorsParts(
  shapes: ReadonlyMap<string, readonly number[]>,
  values: Iterable<Float32Array>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  let end = 0;
  const entries = Array.from(shapes, ([name, shape]) => {
    const start = end;
    end += shape.reduce((product, side) => product * side, FLOAT_BYTES);
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  // Spaces up to a multiple of 8, so that the data is aligned.
  const length = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, LENGTH_BYTES);
  yield head;
  for (const { buffer, byteOffset, byteLength } of values) yield new Uint8Array(buffer, byteOffset, byteLength);
}
