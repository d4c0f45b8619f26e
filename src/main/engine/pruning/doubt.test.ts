import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectClose } from '../testing/golden';
import { survival } from './doubt';

beforeAll(() => loadTensorFlow());

const CLASSES = 3;
const CHANNELS = 4;
const labels = [0, 2, 1, 0];
const logits = [0.3, -1, 2, 1.5, 0.2, -0.4, 0, 0, 3, -2, 1, 0.5];
const values = (seed: number): number[] => Array.from({ length: 4 * CHANNELS }, (_, i) => Math.sin(seed + 1.7 * i) + 1.1);
const output = (embedding: number[], scores: number[]) => ({
  embedding: tf.tensor4d(embedding, [1, 2, 2, CHANNELS]),
  logits: tf.tensor4d(scores, [1, 2, 2, CLASSES]),
});
const classes = (): tf.Tensor3D => tf.tensor3d(labels, [1, 2, 2], 'int32');

describe('d of a pseudo-label', () => {
  test('by probability is the pruned teacher’s softmax of the teacher’s class', () => {
    const teacher = output(values(0), logits.toReversed());
    const expected = labels.map((label, pixel) => {
      const scores = logits.slice(pixel * CLASSES, (pixel + 1) * CLASSES).map(Math.exp);
      return scores[label]! / scores.reduce((sum, score) => sum + score, 0);
    });
    expectClose(survival('probability', teacher.embedding, output(values(1), logits), classes()), expected);
  });

  test('by similarity is Eq. 4, whatever the logits', () => {
    const [z, zp] = [values(0), values(1)];
    const expected = labels.map((_, pixel) => {
      const dot = (a: number[], b: number[]): number =>
        Array.from({ length: CHANNELS }, (_, c) => a[pixel * CHANNELS + c]! * b[pixel * CHANNELS + c]!).reduce((sum, x) => sum + x, 0);
      return (1 + dot(z, zp) / Math.sqrt(dot(z, z) * dot(zp, zp))) / 2;
    });
    expectClose(survival('similarity', output(z, logits).embedding, output(zp, logits.toReversed()), classes()), expected);
  });

  test('has the resolution of the labels', () => {
    const large = tf.zeros<tf.Rank.R3>([1, 8, 8], 'int32');
    for (const doubt of ['similarity', 'probability'] as const) {
      const d = survival(doubt, output(values(0), logits).embedding, output(values(1), logits), large);
      expect(d.shape).toEqual([1, 8, 8]);
      expect(Array.from(d.dataSync()).every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });
});
