import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorFlow } from '../process/tensorflow';
import { expectAdjoint, expectClose, golden } from '../testing/golden';
import { batchNorm, batchNormInference } from './batch-norm';
import { biasAdd } from './bias-add';
import { conv2d } from './conv2d';
import { crossEntropy } from './cross-entropy';
import { depthwiseConv2d, dilatedByParts } from './depthwise-conv2d';
import norms from './golden/batchnorm.json';
import { gather, gatherRows } from './gather';
import convolutions from './golden/conv.json';
import resizes from './golden/resize.json';
import { l2Normalise } from './l2-normalise';
import { relu, relu6 } from './relu';
import { resizeBilinear } from './resize-bilinear';
import { splitAt } from './split-at';

beforeAll(() => loadTensorFlow());

describe('convolutions', () => {
  test.each(convolutions.cases)('$kind $kernel×$kernel, stride $stride, dilation $dilation agree with the oracle', (c) => {
    const { stride, dilation } = c;
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      c.kind === 'dense'
        ? conv2d(x as tf.Tensor4D, w as tf.Tensor4D, { stride, dilation })
        : depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, dilation);
    const { value, grads } = tf.valueAndGrads(f)([golden(c.x), golden(c.w)], golden(c.dy));
    expectClose(value, c.y);
    expectClose(grads[0]!, c.dx);
    expectClose(grads[1]!, c.dw);
  });

  const cases = [1, 3, 5].flatMap((taps) =>
    [
      { taps, stride: 1, dilation: 1 },
      { taps, stride: 2, dilation: 1 },
      { taps, stride: 1, dilation: 2 },
      { taps, stride: 1, dilation: 6 },
    ].flatMap((c) => [
      { ...c, height: 11, width: 8 },
      { ...c, height: 7, width: 13 },
    ]),
  );

  test.each(cases)(
    'dense $taps×$taps, stride $stride, dilation $dilation, $height×$width: gradients are adjoints',
    ({ taps, stride, dilation, height, width }) => {
      const x = tf.randomNormal<tf.Rank.R4>([2, height, width, 3], 0, 1, 'float32', 5);
      const w = tf.randomNormal<tf.Rank.R4>([taps, taps, 3, 4], 0, 1, 'float32', 6);
      expectAdjoint((e) => conv2d(e as tf.Tensor4D, w, { stride, dilation }), x.shape);
      expectAdjoint((e) => conv2d(x, e as tf.Tensor4D, { stride, dilation }), w.shape);
    },
  );

  test('taps that only meet padding have no part in a dilated convolution, and no gradient', () => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 5, 9, 3], 0, 1, 'float32', 5);
    const w = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 4], 0, 1, 'float32', 6);
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => conv2d(x as tf.Tensor4D, w as tf.Tensor4D, { dilation: 6 });
    const spread = tf.conv2d(x, w, 1, 'same', 'NHWC', 6);
    expectClose(f(x, w), spread);
    const [, dw] = tf.grads(f)([x, w], tf.onesLike(spread));
    const strengths = tf.sum(tf.abs(dw!), [2, 3]).arraySync() as number[][];
    expect(strengths.map((row) => row.map((sum) => sum > 0))).toEqual([
      [false, false, false],
      [true, true, true],
      [false, false, false],
    ]);
  });

  test.each(cases)(
    'depthwise $taps×$taps, stride $stride, dilation $dilation, $height×$width: gradients are adjoints',
    ({ taps, stride, dilation, height, width }) => {
      const x = tf.randomNormal<tf.Rank.R4>([2, height, width, 3], 0, 1, 'float32', 7);
      const w = tf.randomNormal<tf.Rank.R4>([taps, taps, 3, 1], 0, 1, 'float32', 8);
      expectAdjoint((e) => depthwiseConv2d(e as tf.Tensor4D, w, stride, dilation), x.shape);
      expectAdjoint((e) => depthwiseConv2d(x, e as tf.Tensor4D, stride, dilation), w.shape);
    },
  );

  test.each([
    { taps: 3, stride: 1, dilation: 2, padding: 2 },
    { taps: 3, stride: 2, dilation: 1, padding: 1 },
    { taps: 7, stride: 2, dilation: 1, padding: 3 },
    { taps: 1, stride: 2, dilation: 1, padding: 0 },
  ])('padding of $padding pixels: the same as padding first, with gradients that are adjoints', ({ taps, stride, dilation, padding }) => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 12, 9, 3], 0, 1, 'float32', 9);
    const w = tf.randomNormal<tf.Rank.R4>([taps, taps, 3, 4], 0, 1, 'float32', 10);
    const side: [number, number] = [padding, padding];
    const padded = tf.pad(x, [[0, 0], side, side, [0, 0]]);
    expectClose(conv2d(x, w, { stride, dilation, padding }), conv2d(padded, w, { stride, dilation, padding: 0 }));
    expectAdjoint((e) => conv2d(e as tf.Tensor4D, w, { stride, dilation, padding }), x.shape);
    expectAdjoint((e) => conv2d(x, e as tf.Tensor4D, { stride, dilation, padding }), w.shape);
  });

  test('a dilated depthwise convolution equals the one with zeros between its taps', () => {
    const x = tf.randomNormal<tf.Rank.R4>([1, 9, 7, 2], 0, 1, 'float32', 11);
    const w = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 1], 0, 1, 'float32', 12);
    const spread = tf.tidy(() => {
      const grid = tf.buffer([5, 5, 2, 1]);
      w.bufferSync().values.forEach((value, i) => grid.set(value, 2 * Math.floor(i / 6), 2 * (Math.floor(i / 2) % 3), i % 2, 0));
      return grid.toTensor() as tf.Tensor4D;
    });
    expectClose(depthwiseConv2d(x, w, 1, 2), depthwiseConv2d(x, spread));
  });

  test.each(cases.filter(({ dilation }) => dilation > 1))(
    'depthwise $taps×$taps, dilation $dilation, $height×$width, as GPUs compute it: the same, with gradients that are adjoints',
    ({ taps, dilation, height, width }) => {
      const x = tf.randomNormal<tf.Rank.R4>([2, height, width, 3], 0, 1, 'float32', 13);
      const w = tf.randomNormal<tf.Rank.R4>([taps, taps, 3, 1], 0, 1, 'float32', 14);
      expectClose(dilatedByParts(x, w, dilation), depthwiseConv2d(x, w, 1, dilation));
      expectAdjoint((e) => dilatedByParts(e as tf.Tensor4D, w, dilation), x.shape);
      expectAdjoint((e) => dilatedByParts(x, e as tf.Tensor4D, dilation), w.shape);
    },
  );
});

describe('batch normalisation', () => {
  const parameters = (): [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D] => [golden(norms.x), golden(norms.gamma), golden(norms.beta)];

  test('agrees with the oracle, with its gradients and its unbiased statistics', () => {
    const f = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor =>
      batchNorm(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-3).y;
    const { value, grads } = tf.valueAndGrads(f)(parameters(), golden(norms.dy));
    expectClose(value, norms.y);
    [norms.dx, norms.dgamma, norms.dbeta].forEach((expected, i) => expectClose(grads[i]!, expected, 2e-5));
    const { mean, variance } = batchNorm(...parameters(), 1e-3);
    expectClose(tf.mul(mean, 0.01), norms.running_mean);
    expectClose(tf.add(tf.mul(variance, 0.01), 0.99), norms.running_var);
  });

  test('by given statistics is the formula', () => {
    const [x, gamma, beta] = parameters();
    const mean = tf.tensor1d([0.1, -0.2, 0.3]);
    const variance = tf.tensor1d([0.5, 1, 2]);
    const expected = tf.add(tf.mul(tf.sub(x, mean), tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-3)))), beta);
    expectClose(batchNormInference(x, gamma, beta, mean, variance, 1e-3), expected);
  });
});

describe('bilinear resize', () => {
  test.each(resizes.cases)('to $size, align corners $alignCorners, agrees with the oracle', ({ size, alignCorners, x, y, dy, dx }) => {
    const f = (e: tf.Tensor): tf.Tensor => resizeBilinear(e as tf.Tensor4D, [size[0]!, size[1]!], alignCorners);
    const { value, grad } = tf.valueAndGrad(f)(golden(x), golden(dy));
    expectClose(value, y);
    expectClose(grad, dx);
  });

  test.each([false, true])('align corners %s: its gradient is the adjoint for odd sizes, up and down', (alignCorners) => {
    for (const size of [
      [17, 31],
      [5, 3],
      [1, 1],
    ] as const) {
      expectAdjoint((e) => resizeBilinear(e as tf.Tensor4D, size, alignCorners), [2, 7, 9, 3]);
    }
  });
});

describe('pointwise', () => {
  test('ReLU and ReLU6 and their gradients at, between and beyond the bends', () => {
    const x = tf.tensor1d([-1, 0, 3, 6, 7]);
    const dy = tf.fill([5], 2);
    const plain = tf.valueAndGrad((e: tf.Tensor) => relu(e))(x, dy);
    expect(Array.from(plain.value.dataSync())).toEqual([0, 0, 3, 6, 7]);
    expect(Array.from(plain.grad.dataSync())).toEqual([0, 0, 2, 2, 2]);
    const clipped = tf.valueAndGrad((e: tf.Tensor) => relu6(e))(x, dy);
    expect(Array.from(clipped.value.dataSync())).toEqual([0, 0, 3, 6, 6]);
    expect(Array.from(clipped.grad.dataSync())).toEqual([0, 0, 2, 0, 0]);
  });

  test('the bias is added along the last axis, with gradients that are adjoints', () => {
    const x = tf.zeros<tf.Rank.R4>([1, 1, 2, 3]);
    expectClose(biasAdd(x, tf.tensor1d([1, 2, 3])), [1, 2, 3, 1, 2, 3]);
    expectAdjoint((bias) => biasAdd(x, bias as tf.Tensor1D), [3]);
    expectAdjoint((e) => biasAdd(e as tf.Tensor4D, tf.zeros([3])), [1, 1, 2, 3]);
  });

  test('L2 normalisation and its gradient agree with the plain formula, and zeros stay zeros without NaN', () => {
    const x = tf.tensor2d([
      [3, 4],
      [0, 0],
      [-1, 2],
    ]);
    const dy = tf.tensor2d([
      [1, -2],
      [5, 6],
      [0.5, 1],
    ]);
    const { value, grad } = tf.valueAndGrad((e: tf.Tensor) => l2Normalise(e))(x, dy);
    const plain = tf.valueAndGrad((e: tf.Tensor) => tf.div(e, tf.norm(e, 'euclidean', 1, true)));
    for (const row of [0, 2]) {
      const expected = plain(tf.slice(x, [row, 0], [1, 2]), tf.slice(dy, [row, 0], [1, 2]));
      expectClose(tf.slice(value, [row, 0], [1, 2]), expected.value);
      expectClose(tf.slice(grad, [row, 0], [1, 2]), expected.grad);
    }
    expect(Array.from(tf.slice(value, [1, 0], [1, 2]).dataSync())).toEqual([0, 0]);
    expect(Array.from(tf.slice(grad, [1, 0], [1, 2]).dataSync())).toEqual([0, 0]);
  });

  test.each([1, 2, 3])('a batch of four split at %i, with adjoints as gradients', (n) => {
    const x = tf.tensor4d([1, 2, 3, 4], [4, 1, 1, 1]);
    expect(splitAt(x, n).map((part) => Array.from(part.dataSync()))).toEqual([[1, 2, 3, 4].slice(0, n), [1, 2, 3, 4].slice(n)]);
    for (const i of [0, 1]) expectAdjoint((e) => splitAt(e as tf.Tensor4D, n)[i]!, [4, 3, 2, 2]);
  });

  test('gathered rows, an index repeated, with the adjoint as gradient', () => {
    const indices = tf.tensor1d([2, 0, 2], 'int32');
    expectClose(
      gatherRows(
        tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        indices,
      ),
      [5, 6, 1, 2, 5, 6],
    );
    expectAdjoint((e) => gatherRows(e as tf.Tensor2D, indices), [3, 2]);
    expect(Array.from(gather(tf.tensor1d([7, 8, 9], 'int32'), indices).dataSync())).toEqual([9, 7, 9]);
  });

  test('cross entropy of each pixel, 0 where the label is none of the classes', () => {
    const logits = tf.tensor2d([
      [0, Math.log(3)],
      [1, 1],
      [2, 5],
    ]);
    const labels = tf.tensor1d([1, 0, 255], 'int32');
    const { value, grad } = tf.valueAndGrad((e: tf.Tensor) => crossEntropy(e, labels))(logits, tf.tensor1d([1, 2, 3]));
    expectClose(value, [Math.log(4 / 3), Math.log(2), 0]);
    expectClose(grad, [0.25, -0.25, -1, 1, 0, 0]);
  });
});
