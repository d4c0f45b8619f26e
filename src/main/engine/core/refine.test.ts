import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose, golden } from '../testing/golden';
import values from './golden/refine.json';
import { agreed } from './pseudo-labels';
import { indicator, refinedScore, similarity } from './refine';

beforeAll(() => loadTensorFlow());

test('Eq. 4 agrees with the oracle', () => {
  expectClose(similarity(golden(values.z), golden(values.zp)), values.similarity);
});

test.each(values.cases)('Eq. 5 and 6 agree with the oracle at β = $beta, γ = $gamma', ({ beta, gamma, score, keep }) => {
  const s = refinedScore(golden(values.confidence), golden(values.similarity), tf.scalar(beta));
  expectClose(s, score);
  expect(Array.from(indicator(s, tf.scalar(gamma)).dataSync())).toEqual(keep.data);
});

test('β = 0 leaves the confidence alone, even where d = 0', () => {
  const d = tf.zeros<tf.Rank.R3>([1, 2, 2]);
  const p = tf.fill<tf.Rank.R3>([1, 2, 2], 0.8);
  expectClose(refinedScore(p, d, tf.scalar(0)), [0.8, 0.8, 0.8, 0.8]);
});

test('a teacher who sees pixels in two views says what they say together', () => {
  const view = (...odds: number[]): tf.Tensor4D => tf.tensor4d(odds.map((odd) => [Math.log(odd), 0]).flat(), [1, 1, 2, 2]);
  const { confidence, labels } = agreed([view(9, 3), view(1, 1 / 9)].map((logits) => tf.softmax(logits)));
  expectClose(confidence, [0.7, 1 - (0.75 + 0.1) / 2]);
  expect([...labels.dataSync()]).toEqual([0, 1]);
});
