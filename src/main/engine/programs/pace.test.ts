import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { loadTensorFlow } from '../process/tensorflow';
import { paceOf } from './pace';

beforeAll(() => loadTensorFlow());

test.each(['efficientnet-lite0', 'dinov2-small'] as const)('%s is timed on one image, warm, and leaves no tensor behind', (backbone) => {
  const before = tf.memory().numTensors;
  const readings = [10, 14];
  const { published, input } = BACKBONE_DESCRIPTIONS[backbone];
  expect(paceOf(backbone, () => readings.shift()!)).toEqual({ backbone, seconds: 4 / input.atOnce, published });
  expect(readings).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
});
