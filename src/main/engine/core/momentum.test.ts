import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose, golden } from '../testing/golden';
import values from './golden/sgd.json';
import { momentumStep } from './momentum';

beforeAll(() => loadTensorFlow());

test('agrees with the oracle over five steps', () => {
  let parameter: tf.Tensor = golden(values.start);
  let velocity = tf.zerosLike(parameter);
  for (const { grad, lr, param } of values.steps) {
    ({ parameter, velocity } = momentumStep(parameter, velocity, golden(grad), { rate: tf.scalar(lr), momentum: 0.9, weightDecay: 1e-4 }));
    expectClose(parameter, param);
  }
});
