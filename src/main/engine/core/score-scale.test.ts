import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { indicator, refinedScore } from './refine';
import { literalScale, relativeConfidence, ScoreScaleStudy } from './score-scale';

beforeAll(() => loadTensorFlow());

describe('thresholds per class', () => {
  const gamma = 0.7;
  const confidence = [0.69, 0.71, 0.55, 0.57, 0.55, 0.99];
  const labels = [0, 0, 1, 1, 0, 1];

  test('keep what is confident enough for its class: p̃ ≥ γ / a_k', () => {
    const factors = [1, 1.25];
    const relative = relativeConfidence(tf.tensor3d(confidence, [1, 2, 3]), tf.tensor3d(labels, [1, 2, 3], 'int32'), tf.tensor1d(factors));
    const kept = Array.from(indicator(relative, tf.scalar(gamma)).dataSync());
    expect(kept).toEqual(confidence.map((p, i) => Number(p >= gamma / factors[labels[i]!]!)));
    expect(Math.max(...relative.dataSync())).toBe(1);
  });

  test('are the paper’s where every class has the same: the very same numbers', () => {
    const p = tf.tensor3d(confidence, [1, 2, 3]);
    const { classes } = literalScale(2);
    expect(relativeConfidence(p, tf.tensor3d(labels, [1, 2, 3], 'int32'), tf.tensor1d([...classes])).dataSync()).toEqual(p.dataSync());
  });

  test('are γ for the most confident class, and lower as a class is less so, going by labelled pixels alone', () => {
    const study = new ScoreScaleStudy(3);
    study.add([0, 0, 1, 1, 1, 0], Float32Array.of(1, 0.8, 0.5, 0.4, 0.6, 0.1), null, [0, 1, 1, 1, 2, 255]);
    const [first, second, never] = study.classFactors();
    expect(first).toBe(1);
    expect(second).toBeCloseTo(0.9 / 0.5, 6);
    expect(never).toBe(1);
  });

  test('are the paper’s where nothing is labelled', () => {
    const study = new ScoreScaleStudy(2);
    study.add([0, 1], Float32Array.of(0.5, 0.9), Float32Array.of(1, 0.9), [255, 255]);
    expect({ classes: study.classFactors(), beta: study.betaFactor() }).toEqual(literalScale(2));
  });
});

describe('the scale of β', () => {
  const p = Float32Array.of(0.99, 0.9, 0.6, 0.4);
  const factorOf = (d: Float32Array): number => {
    const study = new ScoreScaleStudy(2);
    study.add([0, 0, 0, 0], p, d, [0, 1, 0, 1]);
    return study.betaFactor();
  };

  test('lets d spread as far as p̃, however narrow its band', () => {
    const narrow = Float32Array.of(0.999, 0.995, 0.98, 0.99);
    const c = factorOf(narrow);
    expect(c).toBeGreaterThan(10);
    const spread = (values: Float32Array): number => {
      const logs = Array.from(values, Math.log);
      const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
      return Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    };
    expect(spread(narrow.map((d) => d ** c))).toBeCloseTo(spread(p), 5);
  });

  test('is less than the paper’s where d spreads further than p̃, the paper’s where d says nothing, and bounded', () => {
    expect(factorOf(Float32Array.of(1, 0.01, 0.5, 0.2))).toBeLessThan(1);
    expect(factorOf(new Float32Array(4).fill(0.97))).toBe(1);
    expect(factorOf(Float32Array.of(1, 1, 1, 0.9999))).toBe(100);
    expect(factorOf(Float32Array.of(0, 0, 1, 1))).toBeGreaterThan(0);
  });

  test('is the same by β as by d: d^(cβ) is (d^c)^β, which predictions store', () => {
    const [one, d, c, beta] = [tf.ones<tf.Rank.R3>([1, 2, 2]), tf.tensor3d([0.999, 0.98, 0.9, 0.6], [1, 2, 2]), 12, 0.4];
    expectClose(refinedScore(one, tf.pow(d, c), tf.scalar(beta)), refinedScore(one, d, tf.scalar(c * beta)));
  });
});
