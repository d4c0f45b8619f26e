import * as tf from '@tensorflow/tfjs-core';
import { gather } from '../ops/gather';

/** What Eq. 5 is scaled by, beyond the paper: s = min(1, a_k p̃) · d^(cβ) for a pseudo-label of class k. The paper has 1 everywhere. */
export interface ScoreScale {
  /** a_k of each class: a_k p̃ ≥ γ is p̃ ≥ γ / a_k, a threshold for each class. */
  readonly classes: readonly number[];
  /** c > 0. */
  readonly beta: number;
}

/** The scale of the paper, for K classes. */
export const literalScale = (classes: number): ScoreScale => ({ classes: new Array<number>(classes).fill(1), beta: 1 });

/**
 * min(1, a_k p̃): confidence beside what is usual for the class.
 * @param confidence p̃, [n, H, W]
 * @param labels k, int32 [n, H, W], 0…K−1
 * @param factors a_k, [K]
 * @returns in [0, 1], [n, H, W]; p̃ itself where a_k = 1
 */
export function relativeConfidence(confidence: tf.Tensor3D, labels: tf.Tensor3D, factors: tf.Tensor1D): tf.Tensor3D {
  const own = tf.reshape(gather(factors, tf.reshape(labels, [-1])), labels.shape);
  return tf.minimum(tf.mul<tf.Tensor3D>(confidence, own), 1);
}

/** Logarithms of scores are taken of nothing smaller. */
const SMALLEST = 1e-6;
/** Most that β is multiplied by. */
const MOST_BETA = 100;

/** Mean and standard deviation of numbers as they come (Welford 1962). */
class Spread {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    const before = value - this.#mean;
    this.#mean += before / ++this.#count;
    this.#squares += before * (value - this.#mean);
  }

  /** 0 for none. */
  deviation(): number {
    return this.#count === 0 ? 0 : Math.sqrt(this.#squares / this.#count);
  }
}

/** Learns a {@link ScoreScale} from pixels that have labels. */
export class ScoreScaleStudy {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #confidences = new Spread();
  readonly #similarities = new Spread();

  /** @param classes K */
  constructor(private readonly classes: number) {
    this.#sums = new Float64Array(classes);
    this.#counts = new Float64Array(classes);
  }

  /**
   * @param predicted class of each pixel by the teacher
   * @param confidence p̃ of each
   * @param similarity d of each; null where the method has none
   * @param truth class index; pixels of a value ≥ K (unlabelled, or padding) do not count
   */
  add(predicted: ArrayLike<number>, confidence: Float32Array, similarity: Float32Array | null, truth: ArrayLike<number>): void {
    for (let i = 0; i < truth.length; i++) {
      if (truth[i]! >= this.classes) continue;
      this.#sums[predicted[i]!]! += confidence[i]!;
      this.#counts[predicted[i]!]!++;
      this.#confidences.add(Math.log(Math.max(confidence[i]!, SMALLEST)));
      if (similarity) this.#similarities.add(Math.log(Math.max(similarity[i]!, SMALLEST)));
    }
  }

  /**
   * a_k = max_j m_j / m_k, m_k the mean confidence of what is predicted as k: the threshold of the class predicted most confidently stays
   * γ, the others' are lower as they are predicted less confidently (the local threshold of FreeMatch, Wang et al. 2023). 1 for a class
   * that is not predicted.
   */
  classFactors(): number[] {
    const means = Array.from(this.#sums, (sum, k) => (this.#counts[k]! === 0 ? 0 : sum / this.#counts[k]!));
    const most = Math.max(...means);
    return means.map((mean) => (mean === 0 ? 1 : most / mean));
  }

  /**
   * c = σ(ln p̃) / σ(ln d), at most {@link MOST_BETA}: ln s = ln p̃ + cβ ln d, so at β = 1 confidence and similarity tell pixels apart in
   * equal parts, however narrow the band that d lives in. 1 where d is the same everywhere.
   */
  betaFactor(): number {
    const [p, d] = [this.#confidences.deviation(), this.#similarities.deviation()];
    return p === 0 || d === 0 ? 1 : Math.min(p / d, MOST_BETA);
  }
}
