import { describe, expect, it } from 'vitest';
import { readTorchArchive } from './archive.mjs';
import { ForbiddenError, PickleError } from './pickle.mjs';
import { isTorch, readTorch } from './read.mjs';
import { archive, pickle, tensor, text, zip } from './test-files';

const weight = { shape: [2, 3], values: Float32Array.of(0, 1, 2, 3, 4, 5) };
const bias = { shape: [2], values: Float32Array.of(-1, 0.5) };

/** An archive of one storage of six numbers and this pickle. */
const file = (body: string, more: readonly [string, Uint8Array][] = []): Buffer =>
  zip(new Map([['x/data.pkl', pickle(body)], ['x/data/s', new Uint8Array(weight.values.buffer)], ...more]));

const floats = { storage: 's', type: 'FloatStorage', length: 6, offset: 0 };

describe('readTorchArchive', () => {
  it('reads each tensor from its entry', () => {
    const read = readTorchArchive(
      archive(
        new Map([
          ['weight', weight],
          ['bias', bias],
        ]),
      ),
    );
    expect([...read]).toEqual([
      ['weight', weight],
      ['bias', bias],
    ]);
  });

  it('reads views of one storage, wherever the bytes lie', () => {
    const turned = tensor({ ...floats, shape: [3, 2], strides: [1, 3] }, 'archive');
    const bytes = Buffer.concat([Buffer.from([1]), file(`}(${text('turned')}${turned}u`)]).subarray(1);
    expect(readTorchArchive(bytes).get('turned')).toEqual({ shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
  });

  it('is chosen by how a file begins', () => {
    const bytes = archive(new Map([['weight', weight]]));
    expect(isTorch(bytes)).toBe(true);
    expect(readTorch(bytes).get('weight')).toEqual(weight);
    expect(isTorch(Buffer.from('{"a":1}'))).toBe(false);
    expect(isTorch(Buffer.alloc(0))).toBe(false);
  });

  it('refuses a file that is cut off at any place', () => {
    const whole = archive(new Map([['bias', bias]]));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readTorchArchive(whole.subarray(0, length))).toThrow(PickleError);
    }
  });

  it.each([
    ['without a dictionary', zip(new Map([['x/data/s', new Uint8Array(4)]]))],
    ['whose numbers are not there', file(`}(${text('a')}${tensor({ ...floats, storage: 't', shape: [6], strides: [1] }, 'archive')}u`)],
    ['with too few numbers', file(`}(${text('a')}${tensor({ ...floats, length: 7, shape: [7], strides: [1] }, 'archive')}u`)],
    ['of a big-endian machine', file('}', [['x/byteorder', Buffer.from('big')]])],
    ['of a list', file(']')],
    ['of something beside tensors', file(`}(${text('epoch')}K\x01u`)],
  ])('refuses a file %s', (_, bytes) => {
    expect(() => readTorchArchive(bytes)).toThrow(PickleError);
  });

  it('refuses entries that are compressed', () => {
    const bytes = file('}');
    bytes.writeUInt16LE(8, bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 10);
    expect(() => readTorchArchive(bytes)).toThrow('compressed');
  });

  it('runs nothing that a malicious file asks for, and names it', () => {
    // python3 -c "import pickle, os; print(pickle.dumps(type('X', (), {'__reduce__': lambda self: (os.system, ('touch x',))})(), 2))"
    const attack = file(`}(${text('weight')}cposix\nsystem\n${text('touch x')}\x85Ru`);
    expect(() => readTorchArchive(attack)).toThrow(ForbiddenError);
    expect(() => readTorchArchive(attack)).toThrow('posix.system');
  });
});
