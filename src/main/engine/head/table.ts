import type { RandomStream } from '@shared/random';
import type { ImageView } from '@shared/best-masks';

/** Features of pixels, [rows, inputs]. */
export interface Features {
  readonly inputs: number;
  readonly values: Float32Array;
}

/** What is known of pixels, each beside the others of its row. */
export interface PixelRows {
  /** Which row of the features each has. */
  readonly at: Int32Array;
  /** Class index of each, or 255. */
  readonly labels: Uint8Array;
  /** Pixels that each stands for. */
  readonly weights: Float32Array;
  /** Which image each is of, and in which of the table's views it was seen. */
  readonly images: Int32Array;
  readonly views: Uint8Array;
}

/** Pixels of several images with their features. */
export class PixelTable {
  /** Draws of rows as training wants them. */
  readonly #balanced: ClassDraw;
  /** Share of each class among the pixels, and among those drawn for training: in proportion to its square root. */
  readonly shares: Float64Array;
  readonly drawnShares: Float64Array;

  /**
   * @param views that rows name by their numbers
   * @param classes K
   */
  constructor(
    readonly features: Features,
    readonly rows: PixelRows,
    readonly views: readonly ImageView[],
    readonly classes: number,
  ) {
    const { labels, weights } = rows;
    const sizes = new Float64Array(classes);
    labels.forEach((label, i) => label < classes && (sizes[label]! += weights[i]!));
    this.shares = normalised(sizes);
    this.drawnShares = normalised(sizes.map(Math.sqrt));
    this.#balanced = new ClassDraw(labels, this.drawnShares);
  }

  get size(): number {
    return this.rows.at.length;
  }

  /** Some of the rows, on the same features. */
  where(wanted: (image: number, view: ImageView) => boolean): PixelTable {
    const { at, labels, weights, images, views } = this.rows;
    const rows = Int32Array.from(images.keys()).filter((row) => wanted(images[row]!, this.views[views[row]!]!));
    const of = { at: rows.map((row) => at[row]!), images: rows.map((row) => images[row]!) };
    const some = { labels: Uint8Array.from(rows, (row) => labels[row]!), views: Uint8Array.from(rows, (row) => views[row]!) };
    const columns = { ...of, ...some, weights: Float32Array.from(rows, (row) => weights[row]!) };
    return new PixelTable(this.features, columns, this.views, this.classes);
  }

  /** The same pixels with other features. @param features of the same rows */
  with(features: Features): PixelTable {
    return new PixelTable(features, this.rows, this.views, this.classes);
  }

  /** Labelled rows at random, each class in proportion to {@link drawnShares}. */
  drawBalanced(count: number, random: RandomStream): Int32Array {
    return this.#balanced.draw(count, random);
  }

  /** Features of rows, [room, inputs], 0 beyond the rows. */
  gather(rows: Int32Array, room = rows.length): Float32Array {
    const { inputs, values } = this.features;
    const result = new Float32Array(room * inputs);
    rows.forEach((row, i) => {
      const from = this.rows.at[row]! * inputs;
      result.set(values.subarray(from, from + inputs), i * inputs);
    });
    return result;
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
    const all = Int32Array.from(classes.keys());
    this.#rows = Array.from(shares, (_, k) => all.filter((row) => classes[row] === k));
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
