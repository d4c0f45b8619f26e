/** Whether one threshold serves all tensors, or each has its own. */
export type Granularity = 'global' | 'layer';

/**
 * Magnitude pruning: the round(ratio · n) smallest |w| of n weights are cut, the earlier first where magnitudes are equal.
 * @param tensors the weights that may be pruned
 * @param ratio share to cut, in [0, 1]
 * @returns for each tensor 1 = keep, 0 = cut
 */
export function magnitudeMasks(tensors: readonly Float32Array[], ratio: number, granularity: Granularity): Float32Array[] {
  if (granularity === 'layer') return tensors.flatMap((tensor) => maskTogether([tensor], ratio));
  return maskTogether(tensors, ratio);
}

function maskTogether(tensors: readonly Float32Array[], ratio: number): Float32Array[] {
  const total = tensors.reduce((sum, tensor) => sum + tensor.length, 0);
  const magnitudes = tensors.map(magnitudeBits);
  const { threshold, ties } = smallest(magnitudes, Math.round(ratio * total));
  let cut = 0;
  return magnitudes.map((bits) => Float32Array.from(bits, (value) => (value < threshold || (value === threshold && cut++ < ties) ? 0 : 1)));
}

/** |w| as integers of the same order: the bits of a non-negative float grow with it. */
function magnitudeBits(tensor: Float32Array): Uint32Array {
  return new Uint32Array(tensor.buffer, tensor.byteOffset, tensor.length).map((bits) => bits & 0x7fffffff);
}

/** The value such that `count` values are below it, counting `ties` of those equal to it; by two passes of 16 bits. */
function smallest(arrays: readonly Uint32Array[], count: number): { threshold: number; ties: number } {
  const high = bucketOf(arrays, count, (value) => value >>> 16);
  const low = bucketOf(arrays, high.rest, (value) => (value >>> 16 === high.bucket ? value & 0xffff : -1));
  return { threshold: high.bucket * 65536 + low.bucket, ties: low.rest };
}

/** The bucket that holds the `count`-th value, and how many of its values that takes. */
function bucketOf(arrays: readonly Uint32Array[], count: number, key: (value: number) => number): { bucket: number; rest: number } {
  const sizes = new Uint32Array(65536);
  for (const array of arrays) {
    for (const value of array) {
      const bucket = key(value);
      if (bucket >= 0) sizes[bucket]!++;
    }
  }
  let bucket = 0;
  let rest = count;
  while (bucket < 65535 && rest > sizes[bucket]!) rest -= sizes[bucket++]!;
  return { bucket, rest };
}
