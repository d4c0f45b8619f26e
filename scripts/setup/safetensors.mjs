/**
 * @typedef {object} Tensor
 * @property {number[]} shape
 * @property {Float32Array} values row-major
 */

/**
 * Writes 32-bit float tensors in the safetensors format: length of the header (64 bit), header in JSON padded with spaces to
 * eight bytes, then the numbers, little-endian, one tensor after the other.
 * @param {Map<string, Tensor>} tensors
 * @param {Record<string, string>} metadata
 * @returns {Buffer}
 */
export function encodeSafetensors(tensors, metadata) {
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const numbers = [...tensors.values()].map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return Buffer.concat([length, padded, ...numbers]);
}
