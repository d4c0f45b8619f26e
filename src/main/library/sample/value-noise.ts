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
