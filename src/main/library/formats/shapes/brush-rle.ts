/**
 * Run lengths as Label Studio's brush has them, in bits, the highest first: how many bytes there are (32), the bits of a byte less one (5),
 * four lengths of counts less one (4 each); then, again and again, whether a byte is repeated (1), which length its count has (2), the
 * count less one, and the byte, or as many bytes.
 */
const COUNT_BITS = [3, 4, 8, 16] as const;

/** @param runs pairs (count, byte) */
export function encodeBrush(runs: readonly (readonly [count: number, byte: number])[]): number[] {
  const bytes: number[] = [];
  let [waiting, bits] = [0, 0];
  const write = (value: number, length: number): void => {
    for (let bit = length - 1; bit >= 0; bit--) {
      waiting = (waiting << 1) | (Math.floor(value / 2 ** bit) & 1);
      if (++bits === 8) {
        bytes.push(waiting);
        [waiting, bits] = [0, 0];
      }
    }
  };
  write(
    runs.reduce((sum, [count]) => sum + count, 0),
    32,
  );
  write(7, 5);
  for (const length of COUNT_BITS) write(length - 1, 4);
  for (const [count, byte] of runs) {
    for (let left = count; left > 0;) {
      const part = Math.min(left, 2 ** 16);
      const which = COUNT_BITS.findIndex((length) => part <= 2 ** length);
      write(1, 1);
      write(which, 2);
      write(part - 1, COUNT_BITS[which]!);
      write(byte, 8);
      left -= part;
    }
  }
  while (bits > 0) write(0, 1);
  return bytes;
}

/**
 * @param size bytes that there must be
 * @throws RangeError when it is damaged or of another size
 */
export function decodeBrush(rle: readonly number[], size: number): Uint8Array {
  let at = 0;
  const read = (length: number): number => {
    let value = 0;
    for (let i = 0; i < length; i++, at++) {
      const byte = rle[at >> 3];
      if (byte === undefined) throw new RangeError('its run lengths are cut off');
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1);
    }
    return value;
  };
  if (read(32) !== size) throw new RangeError('it is of another size');
  const word = read(5) + 1;
  if (word > 8) throw new RangeError('it has more than 8 bits a value');
  const lengths = [read(4) + 1, read(4) + 1, read(4) + 1, read(4) + 1];
  const data = new Uint8Array(size);
  for (let i = 0; i < size;) {
    const repeated = read(1) === 1;
    const count = read(lengths[read(2)]!) + 1;
    if (i + count > size) throw new RangeError('its runs are longer than it is');
    if (repeated) data.fill(read(word), i, i + count);
    else for (let j = i; j < i + count; j++) data[j] = read(word);
    i += count;
  }
  return data;
}
