import { describe, expect, it } from 'vitest';
import { readLegacyTorch } from './legacy.mjs';
import { PickleError, readPickle } from './pickle.mjs';
import { bytes, int, pickle, tensor as tensorOf, text } from './test-files';

/** A tensor as the old format writes it. */
const tensor = (storage: string, type: string, length: number, offset: number, shape: number[], strides: number[]): string =>
  tensorOf({ storage, type, length, offset, shape, strides }, 'legacy');

const floats = (values: number[]): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigInt64LE(BigInt(values.length));
  return Buffer.concat([length, Buffer.from(Float32Array.from(values).buffer)]);
};

const head = Buffer.concat([
  bytes('\x80\x02', '\x8a\x0a', [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], '.'),
  pickle('M\xe9\x03'),
  pickle(`}(${text('little_endian')}\x88u`),
]);

/** A file of the given entries, all in the storage `s` with the numbers 0, 1, 2 … */
const file = (entries: string, count = 6): Buffer =>
  Buffer.concat([
    head,
    pickle(`ccollections\nOrderedDict\n)R(${entries}u`),
    pickle(`](${text('s')}e`),
    floats(Array.from({ length: count }, (_, i) => i)),
  ]);

describe('readLegacyTorch', () => {
  it('reads tensors, also ones that share a storage or are transposed views of it', () => {
    const whole = text('whole') + tensor('s', 'FloatStorage', 6, 0, [2, 3], [3, 1]);
    const row = text('row') + tensor('s', 'FloatStorage', 6, 3, [3], [1]);
    const turned = text('turned') + tensor('s', 'FloatStorage', 6, 0, [3, 2], [1, 3]);
    const read = readLegacyTorch(file(whole + row + turned));
    expect([...read.keys()]).toEqual(['whole', 'row', 'turned']);
    expect(read.get('whole')).toEqual({ shape: [2, 3], values: Float32Array.of(0, 1, 2, 3, 4, 5) });
    expect(read.get('row')).toEqual({ shape: [3], values: Float32Array.of(3, 4, 5) });
    expect(read.get('turned')).toEqual({ shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
  });

  it('reads a scalar of 64-bit integers', () => {
    const counter = Buffer.alloc(16);
    counter.writeBigInt64LE(1n);
    counter.writeBigInt64LE(7n, 8);
    const read = readLegacyTorch(
      Buffer.concat([head, pickle(`}(${text('n')}${tensor('k', 'LongStorage', 1, 0, [], [])}u`), pickle(`](${text('k')}e`), counter]),
    );
    expect(read.get('n')).toEqual({ shape: [], values: BigInt64Array.of(7n) });
  });

  it('keeps a name like __proto__ away from every prototype', () => {
    const read = readLegacyTorch(file(text('__proto__') + tensor('s', 'FloatStorage', 6, 0, [1], [1])));
    expect([...read.keys()]).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, '0')).toBe(false);
  });

  it.each([
    ['is larger than its storage', tensor('s', 'FloatStorage', 6, 1, [2, 3], [3, 1])],
    ['repeats one number a million times', tensor('s', 'FloatStorage', 6, 0, [1000, 1000], [0, 0])],
    ['has a negative size', tensor('s', 'FloatStorage', 6, 0, [-1], [1])],
    ['is of an unknown storage class', tensor('s', 'DoubleStorage', 6, 0, [1], [1])],
    ['is a number instead', int(1)],
    ['is a called storage class', `ctorch\nFloatStorage\n)R`],
  ])('refuses an entry that %s', (_, entry) => {
    expect(() => readLegacyTorch(file(text('x') + entry))).toThrow(PickleError);
  });

  it('refuses a file that is cut off at any place', () => {
    const whole = file(text('x') + tensor('s', 'FloatStorage', 6, 0, [6], [1]));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readLegacyTorch(whole.subarray(0, length))).toThrow(PickleError);
    }
  });

  it('refuses a storage whose length differs from what the tensors were told', () => {
    expect(() => readLegacyTorch(file(text('x') + tensor('s', 'FloatStorage', 6, 0, [6], [1]), 5))).toThrow(PickleError);
  });

  it('refuses files of other formats', () => {
    expect(() => readLegacyTorch(bytes('PK\x03\x04 a zip archive'))).toThrow(PickleError);
    expect(() => readLegacyTorch(Buffer.alloc(0))).toThrow(PickleError);
  });
});

describe('a malicious pickle', () => {
  // python3 -c "import pickle, os; pickle.dumps(type('X', (), {'__reduce__': lambda self: (os.system, ('touch x',))})(), protocol)"
  const attack = [
    ['of protocol 0', 'cposix\nsystem\np0\n(Vtouch x\np1\ntp2\nRp3\n.'],
    ['of protocol 2', '\x80\x02cposix\nsystem\nq\x00X\x07\x00\x00\x00touch xq\x01\x85q\x02Rq\x03.'],
    [
      'of protocol 4',
      '\x80\x04\x95"\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x07touch x\x94\x85\x94R\x94.',
    ],
    ['that builds an object', '\x80\x02cbuiltins\neval\n)\x81.'],
    ['that uses an old instruction', '(S"touch x"\nios\nsystem\n.'],
    ['that asks for a property every object has', 'cconstructor\nconstructor\n)R.'],
  ] as const;

  it.each(attack)('%s is refused as a whole file', (_, program) => {
    expect(() => readLegacyTorch(bytes(program))).toThrow(PickleError);
  });

  it.each(attack)('%s is refused in place of a tensor', (_, program) => {
    const body = program.replace(/^\x80./s, '').slice(0, -1);
    expect(() => readLegacyTorch(file(text('x') + body))).toThrow(PickleError);
  });

  it('names what it asked for', () => {
    expect(() => readPickle(bytes(attack[1][1]), 0, { constructors: {} })).toThrow('posix.system');
  });

  it('cannot reach a constructor by a name that the table only inherits', () => {
    expect(() => readPickle(bytes('ctoString\n\n.'), 0, { constructors: {} })).toThrow(PickleError);
  });

  it('cannot nest groups or recall values that are not there', () => {
    for (const program of ['t.', 'h\x00.', 'R.', '}u.', '.', '(.']) {
      expect(() => readPickle(bytes(program), 0, { constructors: {} })).toThrow(PickleError);
    }
  });
});
