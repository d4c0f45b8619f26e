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
  const bits = tensors.map(({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length));
  const { threshold, ties } = smallest(bits, Math.round(ratio * total));
  let cut = 0;
  return bits.map((tensor) => {
    const mask = new Float32Array(tensor.length);
    for (let i = 0; i < tensor.length; i++) {
      const value = tensor[i]! & MAGNITUDE;
      mask[i] = value < threshold || (value === threshold && cut++ < ties) ? 0 : 1;
    }
    return mask;
  });
}

/** Of the bits of a float those without its sign: as integers they are ordered as the magnitudes are. */
const MAGNITUDE = 0x7fffffff;

// Loops, since every weight of a network passes here at once: calls for each of them take a hundred times as long.

/** The magnitude such that `count` of them are below it, counting `ties` of those equal to it; by two passes of 16 bits. */
function smallest(arrays: readonly Uint32Array[], count: number): { threshold: number; ties: number } {
  const high = new Uint32Array(65536);
  for (const array of arrays) for (let i = 0; i < array.length; i++) high[(array[i]! & MAGNITUDE) >>> 16]!++;
  const upper = bucketOf(high, count);
  const low = new Uint32Array(65536);
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) if ((array[i]! & MAGNITUDE) >>> 16 === upper.bucket) low[array[i]! & 0xffff]!++;
  }
  const lower = bucketOf(low, upper.rest);
  return { threshold: upper.bucket * 65536 + lower.bucket, ties: lower.rest };
}

/** The bucket that holds the `count`-th value, and how many of its values that takes. */
function bucketOf(sizes: Uint32Array, count: number): { bucket: number; rest: number } {
  let bucket = 0;
  let rest = count;
  while (bucket < 65535 && rest > sizes[bucket]!) rest -= sizes[bucket++]!;
  return { bucket, rest };
}
