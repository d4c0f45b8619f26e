import { expect, it } from 'vitest';
import { encodeSafetensors } from './safetensors.mjs';
import { toTensorFlowLayout } from './tf-layout.mjs';

/** @param {number} count */
const numbers = (count) => Float32Array.from({ length: count }, (_, i) => i);

it('moves the value at (out, in, h, w) of a convolution to (h, w, in, out)', () => {
  const [out, inputs, height, width] = [2, 3, 4, 5];
  const { shape, values } = toTensorFlowLayout('_conv_stem.weight', { shape: [out, inputs, height, width], values: numbers(120) });
  expect(shape).toEqual([height, width, inputs, out]);
  for (const [o, i, h, w] of [
    [0, 0, 0, 0],
    [1, 2, 3, 4],
    [1, 0, 2, 3],
    [0, 2, 1, 4],
  ]) {
    expect(values[((h * width + w) * inputs + i) * out + o]).toBe(((o * inputs + i) * height + h) * width + w);
  }
});

it('moves the value at (channel, 0, h, w) of a depthwise convolution to (h, w, channel, 0)', () => {
  const { shape, values } = toTensorFlowLayout('_blocks.0._depthwise_conv.weight', { shape: [4, 1, 2, 3], values: numbers(24) });
  expect(shape).toEqual([2, 3, 4, 1]);
  expect(values[(1 * 3 + 2) * 4 + 3]).toBe((3 * 2 + 1) * 3 + 2);
});

it('turns dense weights and leaves vectors alone', () => {
  expect(toTensorFlowLayout('_fc.weight', { shape: [2, 3], values: numbers(6) })).toEqual({
    shape: [3, 2],
    values: Float32Array.of(0, 3, 1, 4, 2, 5),
  });
  expect(toTensorFlowLayout('_fc.bias', { shape: [2], values: numbers(2) })).toEqual({ shape: [2], values: numbers(2) });
});

it('writes safetensors whose header says where each tensor lies', () => {
  const file = encodeSafetensors(
    new Map([
      ['a', { shape: [2], values: Float32Array.of(1, 2) }],
      ['b', { shape: [1, 1], values: Float32Array.of(3) }],
    ]),
    { source: 'test' },
  );
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', 8, 8 + length));
  expect(length % 8).toBe(0);
  expect(header).toEqual({
    __metadata__: { source: 'test' },
    a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    b: { dtype: 'F32', shape: [1, 1], data_offsets: [8, 12] },
  });
  expect(file.length).toBe(8 + length + 12);
  expect(file.readFloatLE(8 + length + 8)).toBe(3);
});
