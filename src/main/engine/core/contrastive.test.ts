import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gather, gatherRows } from '../ops/gather';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose, golden } from '../testing/golden';
import { classMeans, contrastiveLoss } from './contrastive';
import values from './golden/contrastive.json';

beforeAll(() => loadTensorFlow());

const CLASSES = 4;
const labels = (): tf.Tensor1D => golden(values.label, 'int32');

/** Eq. 9 on the golden file's picks among its pixels. */
function loss(student: tf.Tensor, teacher: tf.Tensor2D, studentLabels: tf.Tensor1D, teacherLabels: tf.Tensor1D): tf.Scalar {
  const anchors = golden<tf.Rank.R1>(values.anchors, 'int32');
  const negatives = golden<tf.Rank.R1>(values.negatives, 'int32');
  return contrastiveLoss({
    anchors: gatherRows(student as tf.Tensor2D, anchors),
    anchorLabels: gather(studentLabels, anchors),
    keep: gather(golden<tf.Rank.R1>(values.weight), anchors),
    negatives: gatherRows(teacher, negatives),
    negativeLabels: gather(teacherLabels, negatives),
    means: classMeans(teacher, teacherLabels, CLASSES),
    temperature: values.tau,
  });
}

test('agrees with the oracle, and so does its gradient', () => {
  const f = (student: tf.Tensor): tf.Scalar => loss(student, golden(values.teacher), labels(), labels());
  const { value, grad } = tf.valueAndGrad(f)(golden(values.student));
  expectClose(value, [values.loss]);
  expectClose(grad, values.grad);
});

test('is 0 without NaN when every negative is of the anchor’s class', () => {
  const same = tf.zeros<tf.Rank.R1>([40], 'int32');
  expect(loss(golden(values.student), golden(values.teacher), same, same).dataSync()[0]).toBeCloseTo(0, 6);
});

test('anchors in padding count for nothing', () => {
  const padding = tf.fill<tf.Rank.R1>([40], 255, 'int32');
  expect(loss(golden(values.student), golden(values.teacher), padding, labels()).dataSync()[0]).toBe(0);
});

test('embeddings of zero give finite gradients', () => {
  const f = (student: tf.Tensor): tf.Scalar => loss(student, tf.zeros([40, 8]), labels(), labels());
  expect(
    tf
      .grad(f)(tf.zeros([40, 8]))
      .dataSync()
      .every(Number.isFinite),
  ).toBe(true);
});

test('class means do not depend on the length of the embeddings, and are 0 for an absent class', () => {
  const means = classMeans(
    tf.tensor2d([
      [3, 4],
      [0.6, -0.8],
      [0, 7],
    ]),
    tf.tensor1d([0, 0, 255], 'int32'),
    2,
  );
  expectClose(means, [1, 0, 0, 0]);
});
