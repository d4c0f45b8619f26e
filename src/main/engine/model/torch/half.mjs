/**
 * The number that 16 bits are in half precision (IEEE 754 binary16).
 * @param {number} bits
 * @returns {number} exact: every such number is a float32 too
 */
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const word = new DataView(new ArrayBuffer(4));

/**
 * The number that 16 bits are as bfloat16: the upper half of a float32.
 * @param {number} bits
 * @returns {number}
 */
export function fromBfloat(bits) {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
