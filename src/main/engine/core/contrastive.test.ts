import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../tensorflow';
import { expectClose, golden } from '../testing';
import { type Contrast, contrastiveLoss } from './contrastive';
import values from './golden/contrastive.json';

beforeAll(loadTensorFlow);

const contrast = (changes: Partial<Contrast> = {}): Contrast => ({
  student: golden(values.student),
  teacher: golden(values.teacher),
  studentLabels: golden(values.label, 'int32'),
  teacherLabels: golden(values.label, 'int32'),
  keep: golden(values.weight),
  anchors: golden(values.anchors, 'int32'),
  negatives: golden(values.negatives, 'int32'),
  classes: 4,
  temperature: values.tau,
  ...changes,
});

test('agrees with the oracle, and so does its gradient', () => {
  const loss = (student: tf.Tensor) => contrastiveLoss(contrast({ student: student as tf.Tensor2D }));
  const { value, grad } = tf.valueAndGrad(loss)(golden(values.student));
  expectClose(value, [values.loss]);
  expectClose(grad, values.grad);
});

test('is 0 without NaN when every negative is of the anchor’s class', () => {
  const same = tf.zeros<tf.Rank.R1>([40], 'int32');
  expect(contrastiveLoss(contrast({ studentLabels: same, teacherLabels: same })).dataSync()[0]).toBeCloseTo(0, 6);
});

test('anchors in padding count for nothing', () => {
  const padding = tf.fill<tf.Rank.R1>([40], 255, 'int32');
  expect(contrastiveLoss(contrast({ studentLabels: padding })).dataSync()[0]).toBe(0);
});

test('embeddings of zero give finite gradients', () => {
  const loss = (student: tf.Tensor) => contrastiveLoss(contrast({ student: student as tf.Tensor2D, teacher: tf.zeros([40, 8]) }));
  expect(
    tf
      .grad(loss)(tf.zeros([40, 8]))
      .dataSync()
      .every(Number.isFinite),
  ).toBe(true);
});
