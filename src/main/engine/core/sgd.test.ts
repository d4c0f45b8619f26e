import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose, golden } from '../testing/golden';
import values from './golden/sgd.json';
import { sgd } from './sgd';

beforeAll(() => loadTensorFlow());

test('agrees with the oracle over five steps', () => {
  let parameter: tf.Tensor = golden(values.start);
  let moments = { velocity: tf.zerosLike(parameter) as tf.Tensor };
  const { update } = sgd({ momentum: 0.9, weightDecay: 1e-4 });
  for (const { grad, lr, param } of values.steps) {
    ({ parameter, moments } = update(parameter, moments, golden(grad), { rate: tf.scalar(lr) }));
    expectClose(parameter, param);
  }
});
