import { RandomStream } from '@shared/random';

/**
 * Endless random order over a list: one shuffled pass after another, so that a short list repeats as often as a long one needs.
 * What comes at a position depends on seed, name and position alone.
 */
export class Sampler {
  #pass = -1;
  #order: readonly number[] = [];

  /**
   * @param name tells the lists of one run apart
   * @param count length of the list, at least 1
   */
  constructor(
    private readonly seed: number,
    private readonly name: string,
    private readonly count: number,
  ) {}

  /** Index into the list of the sample at a position, counted from 0 through all passes. */
  at(position: number): number {
    const pass = Math.floor(position / this.count);
    if (pass !== this.#pass) {
      this.#pass = pass;
      this.#order = new RandomStream(this.seed, 'order', this.name, pass).permutation(this.count);
    }
    return this.#order[position % this.count]!;
  }

  /** Indices of the `batch` samples of a step. */
  batch(step: number, batch: number): number[] {
    return Array.from({ length: batch }, (_, i) => this.at(step * batch + i));
  }
}
