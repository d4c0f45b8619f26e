import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { gather } from '../ops/gather';
import { addScore, areaUnderRoc, CONFIDENCE_BINS, emptyHistogram } from './metrics/score-histogram';

/** Probabilities are taken no closer to 0 and 1 than this. */
const CLOSEST = 1e-4;
/** λ of the fit. */
const RIDGE = 1e-3;
const MOST_STEPS = 50;
/** Share of a Newton step below which none is taken. */
const CLOSE = 5e-7;

/**
 * How probable it is that a network's class of a pixel is right, by a logistic regression on what the network says of it:
 * σ(bias + classes[k] + certainty · logit p̃ + margin · (p̃ − p₂)), where k is the class and p₂ the probability of the second-best one.
 */
export const FittedConfidence = z.object({
  bias: z.number(),
  certainty: z.number(),
  margin: z.number(),
  classes: z.array(z.number()).min(1).readonly(),
});
export type FittedConfidence = z.infer<typeof FittedConfidence>;

/** What a network says of pixels whose class is known. */
export interface JudgedPixels {
  /** k, index of the most probable class. */
  readonly classes: Uint8Array;
  /** p̃ and p₂ */
  readonly best: Float32Array;
  readonly second: Float32Array;
  /** 1 where the class is right, else 0. */
  readonly right: Uint8Array;
  /** Pixels that each stands for. */
  readonly weights: Float32Array;
}

/**
 * @param probabilities [n, H, W, K]
 * @param labels of the most probable class, int32 [n, H, W]
 * @returns in ]0, 1[, [n, H, W]
 */
export function fittedConfidence(fitted: FittedConfidence, probabilities: tf.Tensor4D, labels: tf.Tensor3D): tf.Tensor3D {
  const best = tf.max<tf.Tensor3D>(probabilities, 3);
  const others = tf.cast(tf.less(probabilities, tf.expandDims(best, 3)), 'float32');
  const second = tf.max<tf.Tensor3D>(tf.mul(probabilities, others), 3);
  const clamped = tf.clipByValue(best, CLOSEST, 1 - CLOSEST);
  const certainty = tf.sub<tf.Tensor3D>(tf.log(clamped), tf.log(tf.sub(1, clamped)));
  const own = tf.reshape(gather(tf.tensor1d([...fitted.classes]), tf.reshape(labels, [-1])), labels.shape);
  const said = tf.add(tf.mul(certainty, fitted.certainty), tf.mul(tf.sub(best, second), fitted.margin));
  return tf.sigmoid(tf.add<tf.Tensor3D>(tf.add(said, own), fitted.bias));
}

/**
 * The regression of least weighted logarithmic loss + λ · the squares of its coefficients, as they would be on standardised inputs, by
 * Newton's method. Null where all pixels are right or all are wrong: there is nothing to tell apart.
 * @param K number of classes
 */
export function fitConfidence(pixels: JudgedPixels, K: number): FittedConfidence | null {
  const { classes, right, weights } = pixels;
  const total = sumOf(weights);
  const rightShare = weights.reduce((sum, weight, i) => sum + weight * right[i]!, 0) / total;
  if (!(rightShare > 0 && rightShare < 1)) return null;
  const share = weights.map((weight) => weight / total);
  const certainty = standardised(Float64Array.from(pixels.best, logit), share);
  const margin = standardised(
    Float64Array.from(pixels.best, (best, i) => best - pixels.second[i]!),
    share,
  );
  const ofClass = new Float64Array(K);
  classes.forEach((k, i) => (ofClass[k]! += share[i]!));
  // Unknowns: bias, certainty, margin, one for each class. The penalty of a class is that of its standardised indicator; the bias has none.
  const penalty = [0, RIDGE, RIDGE, ...Array.from(ofClass, (each) => RIDGE * each * (1 - each))];
  const size = penalty.length;
  const say = (w: Float64Array, i: number): number =>
    w[0]! + w[1]! * certainty.values[i]! + w[2]! * margin.values[i]! + w[3 + classes[i]!]!;
  const loss = (w: Float64Array): number =>
    share.reduce((sum, weight, i) => sum + weight * softplus((right[i] === 1 ? -1 : 1) * say(w, i)), 0) +
    penalty.reduce((sum, each, j) => sum + each * w[j]! ** 2, 0);
  let w = new Float64Array(size);
  let now = loss(w);
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = Float64Array.from(penalty, (each, j) => 2 * each * w[j]!);
    // What nothing is known of stays 0.
    const hessian = penalty.map((each, j) => {
      const row = new Float64Array(size);
      row[j] = 2 * each || (j >= 3 ? 1 : 0);
      return row;
    });
    share.forEach((weight, i) => {
      const p = sigmoid(say(w, i));
      const inputs = [
        [0, 1],
        [1, certainty.values[i]!],
        [2, margin.values[i]!],
        [3 + classes[i]!, 1],
      ] as const;
      for (const [j, x] of inputs) {
        gradient[j]! += weight * (p - right[i]!) * x;
        for (const [l, y] of inputs) hessian[j]![l]! += weight * p * (1 - p) * x * y;
      }
    });
    const move = solve(hessian, gradient);
    let [moved, next] = [w, now];
    for (let reach = 1; reach > CLOSE && !(next < now); reach /= 2) {
      moved = w.map((each, j) => each - reach * move[j]!);
      next = loss(moved);
    }
    const gained = now - next;
    if (!(gained > 0)) break;
    [w, now] = [moved, next];
    if (gained < 1e-9) break;
  }
  const [a, m] = [w[1]! / certainty.deviation, w[2]! / margin.deviation];
  return { bias: w[0]! - a * certainty.mean - m * margin.mean, certainty: a, margin: m, classes: [...w.subarray(3)] };
}

/** As {@link fitConfidence} on all parts; null, too, where fits on the other parts do not tell right from wrong better than p̃ does. */
export function trustedConfidence(parts: readonly JudgedPixels[], K: number): FittedConfidence | null {
  const [fitted, probability] = [emptyHistogram(CONFIDENCE_BINS), emptyHistogram(CONFIDENCE_BINS)];
  for (const part of parts) {
    const fit = fitConfidence(joined(parts.filter((other) => other !== part)), K);
    if (!fit) return null;
    part.classes.forEach((k, i) => {
      const [best, second] = [part.best[i]!, part.second[i]!];
      const said = fit.bias + fit.classes[k]! + fit.certainty * logit(best) + fit.margin * (best - second);
      addScore(fitted, sigmoid(said), part.right[i] === 1, part.weights[i]!);
      addScore(probability, best, part.right[i] === 1, part.weights[i]!);
    });
  }
  return areaUnderRoc(fitted) > areaUnderRoc(probability) ? fitConfidence(joined(parts), K) : null;
}

/** Pixels of several parts as those of one. */
export function joined(parts: readonly JudgedPixels[]): JudgedPixels {
  const bytes = (of: (part: JudgedPixels) => Uint8Array): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...of(part)]));
  const floats = (of: (part: JudgedPixels) => Float32Array): Float32Array => Float32Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    classes: bytes(({ classes }) => classes),
    right: bytes(({ right }) => right),
    best: floats(({ best }) => best),
    second: floats(({ second }) => second),
    weights: floats(({ weights }) => weights),
  };
}

const logit = (p: number): number => {
  const clamped = Math.min(Math.max(p, CLOSEST), 1 - CLOSEST);
  return Math.log(clamped / (1 - clamped));
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sumOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

/** @param share of each value, summing to 1 */
function standardised(values: Float64Array, share: Float32Array): { values: Float64Array; mean: number; deviation: number } {
  const mean = values.reduce((sum, value, i) => sum + share[i]! * value, 0);
  const deviation = Math.sqrt(values.reduce((sum, value, i) => sum + share[i]! * (value - mean) ** 2, 0)) || 1;
  return { values: values.map((value) => (value - mean) / deviation), mean, deviation };
}

/** x of A x = b for a symmetric, positive definite A, which is used up. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const x = right.slice();
  for (let i = 0; i < x.length; i++)
    for (let j = i + 1; j < x.length; j++) {
      const factor = matrix[j]![i]! / matrix[i]![i]!;
      if (factor === 0) continue;
      for (let l = i; l < x.length; l++) matrix[j]![l]! -= factor * matrix[i]![l]!;
      x[j]! -= factor * x[i]!;
    }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < x.length; j++) x[i]! -= matrix[i]![j]! * x[j]!;
    x[i]! /= matrix[i]![i]!;
  }
  return x;
}
