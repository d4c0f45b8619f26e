import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { crossEntropy } from '../ops/cross-entropy';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose, golden } from '../testing/golden';
import { consistencyLoss } from './consistency';
import values from './golden/losses.json';
import { supervisedLoss } from './supervised';

beforeAll(() => loadTensorFlow());

describe('supervised loss (Eq. 2)', () => {
  const { sup } = values;

  test('agrees with the oracle, and so does its gradient', () => {
    const labels = golden<tf.Rank.R3>(sup.target, 'int32');
    const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) => supervisedLoss(crossEntropy(logits, labels), labels))(
      golden(sup.logits),
    );
    expectClose(value, [sup.loss]);
    expectClose(grad, sup.grad);
  });

  test('is 0 with a gradient of 0 when no pixel is labelled', () => {
    const labels = tf.fill<tf.Rank.R3>(sup.target.shape as [number, number, number], 255, 'int32');
    const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) => supervisedLoss(crossEntropy(logits, labels), labels))(
      golden(sup.logits),
    );
    expect(value.dataSync()[0]).toBe(0);
    expect(grad.dataSync().every((slope) => slope === 0)).toBe(true);
  });
});

describe('consistency loss (Eq. 8)', () => {
  const { cons } = values;
  const labels = () => golden<tf.Rank.R3>(cons.target, 'int32');
  const weight = () => golden<tf.Rank.R3>(cons.weight);

  test('agrees with the oracle, and so does its gradient', () => {
    const loss = (logits: tf.Tensor) => consistencyLoss(crossEntropy(logits, labels()), weight(), tf.onesLike(weight()));
    const { value, grad } = tf.valueAndGrad(loss)(golden(cons.logits));
    expectClose(value, [cons.loss]);
    expectClose(grad, cons.grad);
  });

  test('leaves padding out of the sum and of the count', () => {
    const logits = golden<tf.Rank.R4>(cons.logits);
    const width = 3;
    const inside = tf.concat([tf.ones([2, 6, width]), tf.zeros([2, 6, 5 - width])], 2) as tf.Tensor3D;
    const cropped = (x: tf.Tensor): tf.Tensor => tf.slice(x, [0, 0, 0], [2, 6, width]);
    const alone = consistencyLoss(
      cropped(crossEntropy(logits, labels())) as tf.Tensor3D,
      cropped(weight()) as tf.Tensor3D,
      tf.ones([2, 6, width]),
    );
    expectClose(consistencyLoss(crossEntropy(logits, labels()), weight(), inside), alone);
  });

  test('is 0 when everything is padding', () => {
    const loss = consistencyLoss(crossEntropy(golden(cons.logits), labels()), weight(), tf.zerosLike(weight()));
    expect(loss.dataSync()[0]).toBe(0);
  });
});
