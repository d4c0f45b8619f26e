/** Files as `torch.save` writes them, put together from pickle instructions; for tests. */

export const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

const int32 = (value: number): string => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer.toString('latin1');
};
export const int = (value: number): string => `J${int32(value)}`;
export const text = (value: string): string => `X${int32(Buffer.byteLength(value))}${Buffer.from(value).toString('latin1')}`;
const ints = (values: readonly number[]): string => `(${values.map(int).join('')}t`;
export const pickle = (body: string): Buffer => bytes('\x80\x02', body, '.');

export interface TensorOptions {
  readonly storage: string;
  readonly type: string;
  /** Numbers in the storage. */
  readonly length: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The function that rebuilds a tensor and its arguments; the old format's storages also name a view, which is None. */
export function tensor({ storage, type, length, offset, shape, strides }: TensorOptions, format: 'legacy' | 'archive'): string {
  const id = `(${text('storage')}ctorch\n${type}\n${text(storage)}${text('cpu')}${int(length)}${format === 'legacy' ? 'N' : ''}tQ`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}${int(offset)}${ints(shape)}${ints(strides)}\x89ccollections\nOrderedDict\n)RtR`;
}

/** A zip archive of stored entries. */
export function zip(entries: ReadonlyMap<string, Uint8Array>): Buffer {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(name.length, 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt32LE(data.length, 20);
    record.writeUInt32LE(data.length, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(offset, 42);
    local.push(header, Buffer.from(name), data);
    central.push(record, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.size, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A state dict in the format since version 1.6, each tensor in a storage of its own. */
export function archive(tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>): Buffer {
  const entries = new Map<string, Uint8Array>();
  let body = '}(';
  for (const [name, { shape, values }] of tensors) {
    const storage = String(entries.size);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
    body += text(name) + tensor({ storage, type: 'FloatStorage', length: values.length, offset: 0, shape, strides }, 'archive');
    entries.set(`model/data/${storage}`, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return zip(new Map([['model/data.pkl', pickle(`${body}u`)], ['model/byteorder', Buffer.from('little')], ...entries]));
}
