import { describe, expect, test } from 'vitest';
import { readSafetensors, SafetensorsError, writeSafetensors } from './safetensors';

const tensors = new Map([
  ['conv.weight', { shape: [1, 2, 1, 2], values: Float32Array.of(1, -2, 3.5, 4) }],
  ['bias', { shape: [1], values: Float32Array.of(7) }],
  ['empty', { shape: [0, 3], values: new Float32Array(0) }],
]);

/** A file with this header and `bytes` bytes of data. */
function file(header: unknown, bytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const result = new Uint8Array(8 + json.length + bytes);
  new DataView(result.buffer).setBigUint64(0, BigInt(json.length), true);
  result.set(json, 8);
  return result;
}

const entry = (start: number, end: number, shape = [(end - start) / 4], dtype = 'F32'): object => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe('safetensors', () => {
  test('reads what it wrote, wherever the bytes lie', () => {
    const bytes = writeSafetensors(tensors, { layout: 'tensorflow' });
    const shifted = Buffer.concat([Buffer.from([9]), bytes]).subarray(1);
    for (const copy of [bytes, shifted]) expect(readSafetensors(copy)).toEqual({ tensors, metadata: { layout: 'tensorflow' } });
  });

  test('aligns the data', () => {
    const bytes = writeSafetensors(tensors);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  test('makes float32 of both kinds of half precision, wherever they lie', () => {
    // 1, −2, the largest, the smallest above 0, −0, ∞, −∞, a third; then 1, −2, π and the largest as bfloat16.
    const halves = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x3555];
    const brains = [0x3f80, 0xc000, 0x4049, 0x7f7f];
    const bytes = file({ odd: entry(0, 1, [1], 'U8'), a: entry(1, 17, [2, 4], 'F16'), b: entry(17, 25, [4], 'BF16') }, 25);
    const view = new DataView(bytes.buffer, bytes.length - 24);
    [...halves, ...brains].forEach((bits, i) => view.setUint16(2 * i, bits, true));
    const { tensors } = readSafetensors(bytes);
    const a = [1, -2, 65504, 2 ** -24, -0, Infinity, -Infinity, 0.333251953125];
    expect(tensors.get('a')).toEqual({ shape: [2, 4], values: Float32Array.from(a) });
    expect(tensors.get('b')).toEqual({ shape: [4], values: Float32Array.of(1, -2, 3.140625, 255 * 2 ** 120) });
    const nan = file({ a: entry(0, 2, [1], 'F16') }, 2);
    nan.set([0x01, 0x7e], nan.length - 2);
    expect(readSafetensors(nan).tensors.get('a')!.values[0]).toBeNaN();
    expect(() => readSafetensors(file({ a: entry(0, 4, [1], 'F16') }, 4))).toThrow('size of a');
  });

  test('leaves tensors of other types out', () => {
    const read = readSafetensors(file({ counter: entry(0, 8, [], 'I64'), weight: entry(8, 12) }, 12));
    expect([...read.tensors.keys()]).toEqual(['weight']);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'truncated'],
    ['half a length', new Uint8Array(5), 'truncated'],
    ['a length beyond the file', file('{}', 0).subarray(0, 9), 'truncated'],
    ['an absurd length', new Uint8Array(16).fill(255), 'not a safetensors file'],
    ['a header that is not JSON', file('{"a"', 0), 'not a safetensors file'],
    ['a header of lists in lists', file(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 0), 'not a safetensors file'],
    ['a header longer than any', file(`{"a":"${' '.repeat(2 ** 24)}"}`, 0), 'not a safetensors file'],
    ['a header that is a list', file([], 0), 'not a safetensors file'],
    ['an entry without offsets', file({ a: { dtype: 'F32', shape: [1] } }, 4), 'entry of a'],
    ['negative sizes', file({ a: entry(0, 4, [-1, -1]) }, 4), 'entry of a'],
    ['missing data', file({ a: entry(0, 8) }, 4), 'truncated'],
    ['data of nobody', file({ a: entry(0, 4) }, 8), 'more data'],
    ['overlapping tensors', file({ a: entry(0, 8), b: entry(4, 12) }, 12), 'data of b'],
    ['a gap', file({ a: entry(0, 4), b: entry(8, 12) }, 12), 'data of b'],
    ['offsets backwards', file({ a: entry(0, 4), b: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4), 'data of b'],
    ['a shape that does not fit', file({ a: entry(0, 8, [3]) }, 8), 'size of a'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => readSafetensors(bytes)).toThrow(reason);
  });
});
