import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { adamW, biasCorrections } from './adamw';
import values from './golden/adamw.json';
import type { Moments } from './optimiser';

beforeAll(() => loadTensorFlow());

it('takes the steps that PyTorch takes', () => {
  let parameter: tf.Tensor = tf.tensor1d(values.start);
  let moments: Moments<'velocity' | 'square'> = { velocity: tf.zeros([6]), square: tf.zeros([6]) };
  const { update } = adamW({ weightDecay: 0.05 });
  values.gradients.forEach((gradient, step) => {
    const { first, second } = biasCorrections(step);
    const rates = { rate: tf.scalar(step < 3 ? 2e-3 : 1e-3), first: tf.scalar(first), second: tf.scalar(second) };
    ({ parameter, moments } = update(parameter, moments, tf.tensor1d(gradient), rates));
    expectClose(parameter, values.parameters[step]!, 1e-6);
  });
  expect(values.gradients).toHaveLength(5);
});
