import { PickleError, readPickle } from './pickle.mjs';
import { constructors, resolveStorage, tensorsOf } from './tensors.mjs';
import { dataStart, findDirectory, LOCAL_HEADER_BYTES, parseDirectory, TAIL_BYTES } from './zip-directory.mjs';

/** @typedef {import('./tensors.mjs').Storage} Storage */
/** @typedef {import('./tensors.mjs').TorchTensor} TorchTensor */

/**
 * Reads the tensors of a PyTorch file in the format since version 1.6: a zip archive of stored entries in one folder, `data.pkl` (the
 * dictionary of tensors), `byteorder` where it was written since 2.1, and `data/KEY` for the numbers of each storage.
 * Source: `_save` and `_load` in `torch/serialization.py`.
 * @param {Uint8Array} bytes the whole file
 * @returns {Map<string, TorchTensor>} in the file's order
 * @throws {PickleError} when the file is damaged, of another format, or asks for anything but tensors
 */
export function readTorchArchive(bytes) {
  const entries = locateEntries(bytes);
  const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) throw new PickleError('the archive holds no dictionary of tensors');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order && Buffer.from(bytes.subarray(order.start, order.end)).toString() !== 'little')
    throw new PickleError('the file was written on a big-endian machine');
  /** @type {Map<string, Storage>} */
  const storages = new Map();
  const { start, end } = /** @type {Placed} */ (entries.get(pickle));
  const { value } = readPickle(bytes.subarray(0, end), start, { constructors, resolve: (id) => resolveStorage(id, storages) });
  for (const [key, storage] of storages) {
    const placed = entries.get(`${folder}data/${key}`);
    if (!placed || placed.end - placed.start < storage.length * storage.type.width) throw new PickleError('the file is incomplete');
    storage.start = placed.start;
  }
  return tensorsOf(bytes, value);
}

/** @typedef {{ start: number, end: number }} Placed where an entry's data lies in the file */

/**
 * @param {Uint8Array} bytes
 * @returns {Map<string, Placed>} by name
 */
function locateEntries(bytes) {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const { count, start, bytes: length } = findDirectory(file.subarray(-TAIL_BYTES), 'the file');
    /** @type {Map<string, Placed>} */
    const placed = new Map();
    for (const entry of parseDirectory(file.subarray(start, start + length), count)) {
      if (entry.method !== 0) throw new PickleError('the archive is compressed, which PyTorch files are not');
      const at = dataStart(file.subarray(entry.offset, entry.offset + LOCAL_HEADER_BYTES), entry);
      if (at + entry.size > file.length) throw new PickleError('the file is incomplete');
      placed.set(entry.name, { start: at, end: at + entry.size });
    }
    return placed;
  } catch (cause) {
    // A table of contents that is missing or cut off.
    throw cause instanceof PickleError ? cause : new PickleError('the file is incomplete', { cause });
  }
}
