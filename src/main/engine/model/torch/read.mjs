import { readTorchArchive } from './archive.mjs';
import { readLegacyTorch } from './legacy.mjs';

/** @typedef {import('./tensors.mjs').TorchTensor} TorchTensor */

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const PICKLE = [0x80];

/**
 * Whether bytes are what `torch.save` writes, going by how they begin.
 * @param {Uint8Array} bytes
 */
export function isTorch(bytes) {
  return beginsWith(bytes, ZIP) || beginsWith(bytes, PICKLE);
}

/**
 * Reads a state dict in either of PyTorch's formats; nothing in it is executed.
 * @param {Uint8Array} bytes the whole file
 * @returns {Map<string, TorchTensor>} in the file's order
 * @throws {import('./pickle.mjs').PickleError}
 */
export function readTorch(bytes) {
  return beginsWith(bytes, ZIP) ? readTorchArchive(bytes) : readLegacyTorch(bytes);
}

/**
 * @param {Uint8Array} bytes
 * @param {number[]} start
 */
function beginsWith(bytes, start) {
  return start.every((byte, i) => bytes[i] === byte);
}
