import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { curriculumBeta } from './curriculum';
import { emaRate, emaUpdate } from './ema';
import values from './golden/schedule.json';
import { polyLearningRate } from './poly';

beforeAll(() => loadTensorFlow());

test('Eq. 7 agrees with the oracle', () => {
  const actual = values.beta.map(({ t, tmax, bmax, sigma }) => curriculumBeta({ betaMax: bmax, betaMin: 0, sigma }, t, tmax));
  expectClose(
    actual,
    values.beta.map(({ value }) => value),
  );
});

test('Eq. 7 ends at β_min', () => {
  expect(curriculumBeta({ betaMax: 1, betaMin: 0.25, sigma: 0.3 }, 80, 80)).toBeCloseTo(0.25, 12);
});

test('the poly schedule agrees with the oracle', () => {
  const actual = values.poly.map(({ it, total, base }) => polyLearningRate(base, it, total));
  expectClose(
    actual,
    values.poly.map(({ value }) => value),
  );
});

test('the EMA ramp agrees with the oracle', () => {
  const actual = values.ema.map(({ step, alpha }) => emaRate(step, alpha));
  expectClose(
    actual,
    values.ema.map(({ value }) => value),
  );
});

test('Eq. 3 moves the teacher by 1 − α', () => {
  expectClose(emaUpdate(tf.tensor([1, -2]), tf.tensor([3, 2]), tf.scalar(0.75)), [1.5, -1]);
});
