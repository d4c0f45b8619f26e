import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { loadTensorFlow } from '../process/tensorflow';
import { fitConfidence, type FittedConfidence, fittedConfidence, type JudgedPixels, trustedConfidence } from './fitted-confidence';
import { addToHistogram, areaUnderRoc, emptyHistogram } from './metrics/score-histogram';

beforeAll(() => loadTensorFlow());

const K = 3;

/**
 * Probabilities of three classes, [n, K], by a network that is right as often as it says of class 0, less often of class 1, and hardly ever
 * of class 2, which it overestimates.
 */
function generated(n: number, seed: string): { probabilities: Float32Array; pixels: JudgedPixels } {
  const random = new RandomStream(seed);
  const probabilities = new Float32Array(n * K);
  const pixels = {
    classes: new Uint8Array(n),
    best: new Float32Array(n),
    second: new Float32Array(n),
    right: new Uint8Array(n),
    weights: new Float32Array(n),
  };
  for (let i = 0; i < n; i++) {
    const logits = Array.from({ length: K }, () => 2 * random.normal());
    const sum = logits.reduce((all, each) => all + Math.exp(each), 0);
    logits.forEach((logit, k) => (probabilities[i * K + k] = Math.exp(logit) / sum));
    const own = probabilities.subarray(i * K, (i + 1) * K);
    const [best, second] = [...own].sort((a, b) => b - a) as [number, number];
    const k = own.indexOf(best);
    pixels.classes[i] = k;
    pixels.best[i] = best;
    pixels.second[i] = second;
    pixels.right[i] = Number(random.chance([best, 0.6 * best, 0.15 * best][k]!));
    pixels.weights[i] = k === 0 ? 5 : 1;
  }
  return { probabilities, pixels };
}

function asked(fitted: FittedConfidence, probabilities: Float32Array): Float32Array {
  return tf.tidy(() => {
    const given = tf.tensor4d(probabilities, [1, probabilities.length / K, 1, K]);
    return fittedConfidence(fitted, given, tf.argMax<tf.Tensor3D>(given, 3)).dataSync<'float32'>();
  });
}

function auc(scores: Float32Array, { classes, right }: JudgedPixels): number {
  const histogram = emptyHistogram(10_000);
  // A truth that the class equals where it is right.
  const truth = classes.map((k, i) => (right[i] === 1 ? k : (k + 1) % K));
  addToHistogram(histogram, scores, classes, truth, K);
  return areaUnderRoc(histogram);
}

it('tells right pixels from wrong ones better than the probability does, on pixels that it was not fitted on', () => {
  const fitted = fitConfidence(generated(4000, 'fit').pixels, K)!;
  const { probabilities, pixels } = generated(4000, 'held out');
  const confidence = asked(fitted, probabilities);
  const [before, after] = [auc(pixels.best, pixels), auc(confidence, pixels)];
  expect(after).toBeGreaterThan(before + 0.05);
  // And says how often each class is right.
  for (const k of [0, 1, 2]) {
    const of = [...pixels.classes.keys()].filter((i) => pixels.classes[i] === k);
    const mean = (values: ArrayLike<number>): number => of.reduce((sum, i) => sum + values[i]!, 0) / of.length;
    expect(Math.abs(mean(confidence) - mean(pixels.right))).toBeLessThan(0.08);
  }
});

it('is where the penalised loss has no slope', () => {
  const { pixels } = generated(500, 'slope');
  const fitted = fitConfidence(pixels, K)!;
  const total = pixels.weights.reduce((sum, weight) => sum + weight, 0);
  // The bias has no penalty: what is said is right on the whole, in pixels.
  const { probabilities } = generated(500, 'slope');
  const said = asked(fitted, probabilities);
  const excess = said.reduce((sum, p, i) => sum + (pixels.weights[i]! / total) * (p - pixels.right[i]!), 0);
  expect(Math.abs(excess)).toBeLessThan(1e-3);
});

it('has nothing to fit where all is right, and keeps to itself what no pixel was taken for', () => {
  const { pixels } = generated(300, 'all right');
  expect(fitConfidence({ ...pixels, right: pixels.right.map(() => 1) }, K)).toBeNull();
  const few = fitConfidence(pixels, K + 1)!;
  expect(few.classes[K]).toBe(0);
  expect(Object.values(few).flat().every(Number.isFinite)).toBe(true);
});

it('is trusted where fits on other parts tell more than the probability, and not where parts contradict one another', () => {
  const parts = ['one', 'two', 'three'].map((seed) => generated(1500, seed).pixels);
  expect(trustedConfidence(parts, K)!.classes).toHaveLength(K);
  // In each part another class is the one that is always wrong: what the others say of it misleads.
  const contrary = parts.map((part, wrong) => ({ ...part, right: part.classes.map((k, i) => (k === wrong ? 0 : part.right[i]!)) }));
  expect(trustedConfidence(contrary, K)).toBeNull();
});
