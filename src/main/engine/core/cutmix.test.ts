import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { pasteBoxes } from './cutmix';

beforeAll(() => loadTensorFlow());

test('pastes the partner’s pixels into the box alone, and nothing where the box is empty', () => {
  const labels = tf.tensor3d([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16], [2, 2, 3], 'int32');
  const keep = tf.tensor3d([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], [2, 2, 3]);
  const boxes = tf.tensor2d(
    [
      [0, 1, 2, 2],
      [0, 0, 0, 0],
    ],
    [2, 4],
    'int32',
  );
  const mixed = pasteBoxes({ boxes, partners: tf.tensor1d([1, 0], 'int32') }, { labels, keep });
  expect(Array.from(mixed.labels.dataSync())).toEqual([1, 12, 3, 4, 15, 6, 11, 12, 13, 14, 15, 16]);
  expect(Array.from(mixed.keep.dataSync())).toEqual([0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1]);
  expect(mixed.labels.dtype).toBe('int32');
});
