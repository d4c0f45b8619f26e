/**
 * A stream of pseudo-random numbers named by its keys: equal keys give equal numbers, whatever else was drawn before.
 * Naming a stream by seed, purpose and step is why nothing random has to be saved with a checkpoint.
 * Generator: sfc32 (Doty-Humphrey's PractRand), seeded by MurmurHash3 of the keys.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...keys: readonly (number | string)[]) {
    const bytes = new TextEncoder().encode(JSON.stringify(keys));
    [this.#a, this.#b, this.#c] = [murmur3(bytes, 0x9e3779b9), murmur3(bytes, 0x85ebca6b), murmur3(bytes, 0xc2b2ae35)];
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits, as an integer in [0, 2³²). */
  bits(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 2 ** 32);
  }

  /** Uniform integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.uniform(0, below));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Normal with mean 0 and deviation 1 (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** 0…count−1 in random order. */
  permutation(count: number): number[] {
    return Array.from(this.choose(count, count));
  }

  /** `count` different integers of [0, below), in random order; count ≤ below. */
  choose(count: number, below: number): Int32Array {
    const order = Int32Array.from({ length: below }, (_, i) => i);
    for (let i = 0; i < count; i++) {
      const j = i + this.integer(below - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order.slice(0, count);
  }
}

/** MurmurHash3, x86, 32 bit (Appleby). */
function murmur3(bytes: Uint8Array, seed: number): number {
  const scramble = (k: number): number => {
    const mixed = Math.imul(k, 0xcc9e2d51);
    return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  };
  let hash = seed;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    hash ^= scramble(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]!;
  if (whole < bytes.length) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
