import { PickleError, readPickle } from './pickle.mjs';
import { constructors, resolveStorage, tensorsOf } from './tensors.mjs';

/** @typedef {import('./tensors.mjs').Storage} Storage */
/** @typedef {import('./tensors.mjs').TorchTensor} TorchTensor */

/**
 * Reads the tensors of a PyTorch file in the format before version 1.6: five pickles (magic number, protocol, system,
 * the dictionary of tensors, the keys of the storages), then the storages one after the other as raw little-endian numbers,
 * each with its length before it. Source: `_legacy_load` in `torch/serialization.py`.
 */

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * @param {Uint8Array} bytes the whole file
 * @returns {Map<string, TorchTensor>} in the file's order
 * @throws {PickleError} when the file is damaged, of another format, or asks for anything but tensors
 */
export function readLegacyTorch(bytes) {
  /** @type {Map<string, Storage>} */
  const storages = new Map();
  let at = 0;
  const next = () => {
    const { value, end } = readPickle(bytes, at, { constructors, resolve: (id) => resolveStorage(id, storages) });
    at = end;
    return value;
  };
  if (next() !== MAGIC || next() !== PROTOCOL) throw new PickleError('this is not a PyTorch file of the old format');
  const system = next();
  if (!(system instanceof Map) || system.get('little_endian') !== true)
    throw new PickleError('the file was written on a big-endian machine');
  const tensors = next();
  const keys = next();
  if (!Array.isArray(keys)) throw new PickleError('the file does not hold a dictionary of tensors');
  placeStorages(bytes, at, keys, storages);
  return tensorsOf(bytes, tensors);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start of the first storage
 * @param {unknown[]} keys in the order of the file
 * @param {Map<string, Storage>} storages
 */
function placeStorages(bytes, start, keys, storages) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  for (const key of keys) {
    const storage = storages.get(String(key));
    if (!storage || at + 8 > bytes.length) throw new PickleError('the file is incomplete');
    const length = Number(view.getBigInt64(at, true));
    storage.start = at + 8;
    at = storage.start + length * storage.type.width;
    if (length !== storage.length || at > bytes.length) throw new PickleError('the file is incomplete');
  }
  if ([...storages.values()].some((storage) => storage.start === 0)) throw new PickleError('the file is incomplete');
}
