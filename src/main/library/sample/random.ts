/** Repeatable random numbers: the same seed gives the same picture on every machine (mulberry32). */
export class Random {
  #state: number;

  /** @param stream tells apart the sequences of one seed, such as those of its images */
  constructor(seed: number, stream: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform in [from, to). */
  between([from, to]: readonly [number, number]): number {
    return from + (to - from) * this.unit();
  }

  /** A whole number, `from` to `to`, both included. */
  whole([from, to]: readonly [number, number]): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

/** Smooth noise in [0, 1): random values on a grid of `cell` pixels, interpolated. */
export class ValueNoise {
  constructor(
    private readonly seed: number,
    private readonly cell: number,
  ) {}

  at(x: number, y: number): number {
    const [gx, gy] = [Math.floor(x / this.cell), Math.floor(y / this.cell)];
    const [fx, fy] = [smooth(x / this.cell - gx), smooth(y / this.cell - gy)];
    const top = mix(this.#corner(gx, gy), this.#corner(gx + 1, gy), fx);
    const bottom = mix(this.#corner(gx, gy + 1), this.#corner(gx + 1, gy + 1), fx);
    return mix(top, bottom, fy);
  }

  #corner(x: number, y: number): number {
    let mixed = Math.imul(x, 0x27d4eb2f) ^ Math.imul(y, 0x165667b1) ^ Math.imul(this.seed, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
