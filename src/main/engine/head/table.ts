import type { RandomStream } from '@shared/random';

/** Pixels of several images with their features. */
export class PixelTable {
  /** Draws of rows as training wants them. */
  readonly #balanced: ClassDraw;
  /** Share of each class among the pixels, and among those drawn for training: in proportion to its square root. */
  readonly shares: Float64Array;
  readonly drawnShares: Float64Array;

  /**
   * @param features [N, inputs]
   * @param labels class index of each, or 255
   * @param weights pixels that each stands for
   * @param images which image each is of
   * @param classes K
   */
  constructor(
    readonly inputs: number,
    readonly features: Float32Array,
    readonly labels: Uint8Array,
    readonly weights: Float32Array,
    readonly images: Int32Array,
    private readonly classes: number,
  ) {
    const sizes = new Float64Array(classes);
    labels.forEach((label, i) => label < classes && (sizes[label]! += weights[i]!));
    this.shares = normalised(sizes);
    this.drawnShares = normalised(sizes.map(Math.sqrt));
    this.#balanced = new ClassDraw(labels, this.drawnShares);
  }

  get size(): number {
    return this.labels.length;
  }

  /** The rows of some of the images. */
  of(wanted: ReadonlySet<number>): PixelTable {
    const rows = [...this.images.keys()].filter((i) => wanted.has(this.images[i]!));
    const features = new Float32Array(rows.length * this.inputs);
    rows.forEach((row, i) => this.copy(row, features, i));
    return new PixelTable(
      this.inputs,
      features,
      Uint8Array.from(rows, (row) => this.labels[row]!),
      Float32Array.from(rows, (row) => this.weights[row]!),
      Int32Array.from(rows, (row) => this.images[row]!),
      this.classes,
    );
  }

  /** Labelled rows at random, each class in proportion to {@link drawnShares}. */
  drawBalanced(count: number, random: RandomStream): Int32Array {
    return this.#balanced.draw(count, random);
  }

  /** Features of rows, [rows, inputs]. */
  gather(rows: Int32Array, room = rows.length): Float32Array {
    const result = new Float32Array(room * this.inputs);
    rows.forEach((row, i) => this.copy(row, result, i));
    return result;
  }

  private copy(row: number, into: Float32Array, at: number): void {
    into.set(this.features.subarray(row * this.inputs, (row + 1) * this.inputs), at * this.inputs);
  }
}

/** Draws rows: first a class, in given shares, then one of its rows. */
export class ClassDraw {
  readonly #rows: readonly Int32Array[];
  readonly #cumulative: Float64Array;

  /**
   * @param classes of each row; one beyond the shares is never drawn
   * @param shares of each class, 0 for one that no row has
   */
  constructor(classes: Uint8Array, shares: Float64Array) {
    this.#rows = Array.from(shares, (_, k) => Int32Array.from([...classes.keys()].filter((row) => classes[row] === k)));
    let sum = 0;
    this.#cumulative = shares.map((share) => (sum += share));
  }

  draw(count: number, random: RandomStream): Int32Array {
    const last = this.#cumulative[this.#cumulative.length - 1]!;
    return Int32Array.from({ length: count }, () => {
      const at = random.uniform(0, last);
      const rows = this.#rows[this.#cumulative.findIndex((share) => at < share)]!;
      return rows[random.integer(rows.length)]!;
    });
  }
}

/** Shares that sum to 1. */
export function normalised(sizes: Float64Array): Float64Array {
  const sum = sizes.reduce((all, size) => all + size, 0);
  return sizes.map((size) => size / Math.max(sum, Number.MIN_VALUE));
}

/** Mean and deviation of each number of the features. */
export interface Standard {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** What standardises features: (value − mean) / deviation. @param features [N, inputs] */
export function standardOf(features: Float32Array, inputs: number): Standard {
  const rows = features.length / inputs;
  const [sum, squares] = [new Float64Array(inputs), new Float64Array(inputs)];
  for (let i = 0; i < features.length; i++) sum[i % inputs]! += features[i]!;
  const mean = Float32Array.from(sum, (value) => value / rows);
  for (let i = 0; i < features.length; i++) squares[i % inputs]! += (features[i]! - mean[i % inputs]!) ** 2;
  // A number that is the same everywhere tells nothing, and stays 0.
  return { mean, deviation: Float32Array.from(squares, (value) => Math.sqrt(value / rows) || 1) };
}

/** Standardises features in place. */
export function standardise(features: Float32Array, { mean, deviation }: Standard): void {
  const inputs = mean.length;
  for (let i = 0; i < features.length; i++) features[i] = (features[i]! - mean[i % inputs]!) / deviation[i % inputs]!;
}
