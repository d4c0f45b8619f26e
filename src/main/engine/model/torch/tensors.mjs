import { fromBfloat, fromHalf } from './half.mjs';
import { nameOf, PickleError } from './pickle.mjs';

/**
 * What the pickles of PyTorch's file formats describe: storages (rows of numbers that lie elsewhere in the file) and tensors, which
 * are views of them.
 */

/**
 * @typedef {object} TorchTensor
 * @property {number[]} shape
 * @property {Float32Array | BigInt64Array} values in row-major order
 */

/**
 * @typedef {object} NumberType
 * @property {number} width in bytes
 * @property {null | ((view: DataView, at: number) => number)} read the number at an offset; null for 64-bit integers
 */

/** @type {Record<string, NumberType>} */
const storageTypes = {
  'torch FloatStorage': { width: 4, read: (view, at) => view.getFloat32(at, true) },
  'torch HalfStorage': { width: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  'torch BFloat16Storage': { width: 2, read: (view, at) => fromBfloat(view.getUint16(at, true)) },
  'torch LongStorage': { width: 8, read: null },
};

/** How many times over tensors may hold the numbers of their file: weights that two layers share are there twice. */
const SHARED = 2;

/** Where training scripts keep the state dict in what else they save. */
const STATE_DICTS = ['state_dict', 'model', 'model_state_dict'];

export class Storage {
  type;
  length;
  /** Offset of the numbers in the file, known once the pickles are read. */
  start = 0;

  /**
   * @param {NumberType} type
   * @param {number} length in numbers
   */
  constructor(type, length) {
    this.type = type;
    this.length = length;
  }
}

class TensorView {
  storage;
  offset;
  shape;
  strides;

  /**
   * @param {Storage} storage
   * @param {number} offset in numbers
   * @param {number[]} shape
   * @param {number[]} strides in numbers
   */
  constructor(storage, offset, shape, strides) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A storage's class is only ever a name in the file: calling it is refused. */
const notCallable = () => {
  throw new PickleError('the file calls a storage class');
};

/**
 * All that a pickle of tensors may ask for.
 * @type {Record<string, import('./pickle.mjs').Constructor>}
 */
export const constructors = {
  'collections OrderedDict': () => new Map(),
  'torch._utils _rebuild_tensor_v2': rebuildTensor,
  'torch._utils _rebuild_parameter': ([tensor]) => tensor,
  ...Object.fromEntries(Object.keys(storageTypes).map((name) => [name, notCallable])),
};

/**
 * @param {unknown} id `('storage', class, key, device, length)`; the old format adds a view, which is always None
 * @param {Map<string, Storage>} storages by key
 * @returns {Storage}
 * @throws {PickleError}
 */
export function resolveStorage(id, storages) {
  if (!Array.isArray(id) || id[0] !== 'storage') throw new PickleError('the file refers to something that is not a storage');
  const [, storageClass, key, , length, view = null] = id;
  const type = storageTypes[nameOf(storageClass)];
  if (!type || typeof key !== 'string' || !isCount(length) || view !== null)
    throw new PickleError('the file holds a storage of an unknown kind');
  const known = storages.get(key);
  if (known) return known;
  const storage = new Storage(type, length);
  storages.set(key, storage);
  return storage;
}

/**
 * The tensors of a state dict whose storages have been placed, those of half precision as float32.
 * @param {Uint8Array} bytes the whole file
 * @param {unknown} saved the state dict, or a dictionary that holds it under one of {@link STATE_DICTS}
 * @returns {Map<string, TorchTensor>} in the file's order
 * @throws {PickleError} when it holds anything but tensors
 */
export function tensorsOf(bytes, saved) {
  const dictionary = stateDictIn(saved);
  if (!(dictionary instanceof Map)) throw new PickleError('the file does not hold a dictionary of tensors');
  /** @type {Map<string, TorchTensor>} */
  const result = new Map();
  let total = 0;
  for (const [name, tensor] of dictionary) {
    if (typeof name !== 'string' || !(tensor instanceof TensorView)) throw new PickleError('the file holds something beside tensors');
    // Views of the same numbers cost the file nothing, and memory each time.
    total += sizeOf(tensor.shape) * tensor.storage.type.width;
    if (total > SHARED * bytes.length) throw new PickleError('its tensors are far larger than the file');
    result.set(name, { shape: tensor.shape, values: copyValues(bytes, tensor) });
  }
  return result;
}

/**
 * @param {unknown} saved
 * @returns {unknown}
 */
function stateDictIn(saved) {
  if (!(saved instanceof Map)) return saved;
  return STATE_DICTS.map((key) => saved.get(key)).find((value) => value instanceof Map) ?? saved;
}

/**
 * @param {unknown[]} args `(storage, offset, shape, strides, requires_grad, hooks)`
 * @returns {TensorView}
 */
function rebuildTensor([storage, offset, shape, strides]) {
  const sound = storage instanceof Storage && isCount(offset) && isCounts(shape) && isCounts(strides) && shape.length === strides.length;
  if (!sound) throw new PickleError('the file holds a damaged tensor');
  const size = sizeOf(shape);
  const last = shape.reduce((index, length, axis) => index + (length - 1) * strides[axis], offset);
  if (size > 0 && Math.max(size - 1, last) >= storage.length)
    throw new PickleError('the file holds a tensor that is larger than its storage');
  return new TensorView(storage, offset, shape, strides);
}

/**
 * @param {Uint8Array} bytes
 * @param {TensorView} tensor
 * @returns {Float32Array | BigInt64Array}
 */
function copyValues(bytes, { storage, offset, shape, strides }) {
  const size = sizeOf(shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset + storage.start, storage.length * storage.type.width);
  const { width, read } = storage.type;
  const values = read ? new Float32Array(size) : new BigInt64Array(size);
  const index = shape.map(() => 0);
  let position = offset;
  for (let i = 0; i < size; i += 1) {
    if (read) values[i] = read(view, position * width);
    else values[i] = view.getBigInt64(position * width, true);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      position += strides[axis];
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      position -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return values;
}

/**
 * @param {number[]} shape
 * @returns {number} numbers in a tensor
 */
function sizeOf(shape) {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isCount(value) {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/**
 * @param {unknown} value
 * @returns {value is number[]}
 */
function isCounts(value) {
  return Array.isArray(value) && value.every(isCount);
}
