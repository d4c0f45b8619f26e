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

  it.each([
    ['HalfStorage', [0x3c00, 0xc000, 0x3555]],
    ['BFloat16Storage', [0x3f80, 0xc000, 0x3eaa]],
  ])('reads a %s as float32', (type, bits) => {
    const body = `}(${text('w')}${tensor({ storage: 'h', type, length: 3, offset: 0, shape: [3], strides: [1] }, 'archive')}u`;
    const halves = new Uint8Array(Uint16Array.from(bits).buffer);
    const read = readTorchArchive(
      zip(
        new Map<string, Uint8Array>([
          ['x/data.pkl', pickle(body)],
          ['x/data/h', halves],
        ]),
      ),
    );
    const { values } = read.get('w')!;
    expect(values).toBeInstanceOf(Float32Array);
    expect(Array.from(values as Float32Array)).toEqual([1, -2, expect.closeTo(1 / 3, 2)]);
  });

  it.each(['state_dict', 'model'])('finds the state dict under %s, beside whatever else a script saved', (key) => {
    const one = tensor({ ...floats, shape: [6], strides: [1] }, 'archive');
    const dictionary = `ccollections\nOrderedDict\n)R(${text('module.w')}${one}u`;
    const optimiser = `}(${text('lr')}G?\xb9\x99\x99\x99\x99\x99\x9a${text('momentum')}](${one}eu`;
    const body = `}(${text('epoch')}K\x03${text(key)}${dictionary}${text('optimizer')}${optimiser}${text('best')}Nu`;
    expect([...readTorchArchive(file(body))]).toEqual([['module.w', { shape: [6], values: weight.values }]]);
  });

  it('refuses what lies beside a state dict when it asks to run something', () => {
    const body = `}(${text('state_dict')}}${text('args')}cposix\nsystem\n${text('touch x')}\x85Ru`;
    expect(() => readTorchArchive(file(body))).toThrow('posix.system');
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
    ['whose state dict is none', file(`}(${text('state_dict')}}(${text('epoch')}K\x01uu`)],
  ])('refuses a file %s', (_, bytes) => {
    expect(() => readTorchArchive(bytes)).toThrow(PickleError);
  });

  it('refuses what would fill the memory: views of the same numbers over and over, and objects by the million', () => {
    const view = tensor({ ...floats, length: 6, shape: [1, 6], strides: [0, 1] }, 'archive');
    const views = Array.from({ length: 3000 }, (_, i) => text(`w${i}`) + view).join('');
    const numbers = new Uint8Array(1);
    expect(() => readTorchArchive(file(`}(${views}u`, [['x/more', numbers]]))).not.toThrow();
    const wide = { storage: 'w', type: 'FloatStorage', length: 100_000, offset: 0, shape: [100_000], strides: [1] };
    const bomb = `}(${Array.from({ length: 10 }, (_, i) => text(`w${i}`) + tensor(wide, 'archive')).join('')}u`;
    expect(() => readTorchArchive(file(bomb, [['x/data/w', new Uint8Array(400_000)]]))).toThrow('far larger than the file');
    expect(() => readTorchArchive(file('}'.repeat(2_000_000)))).toThrow('far more than a dictionary');
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
