import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel, runsOnGpu } from './kernel';
import { matMul } from './mat-mul';

export interface ConvolutionOptions {
  readonly stride?: number;
  /** Distance between taps; a dilated convolution has stride 1. */
  readonly dilation?: number;
  /** `same` as TensorFlow has it (asymmetric with stride 2), or zeros added on every side, in pixels (torchvision's). */
  readonly padding?: 'same' | number;
}

/**
 * 2-D convolution with gradients that are right for every stride, dilation and padding.
 * @param x [n, H, W, C]
 * @param w HWIO [h, w, C, O]
 * @returns [n, H', W', O]
 */
export function conv2d(x: tf.Tensor4D, w: tf.Tensor4D, options: ConvolutionOptions = {}): tf.Tensor4D {
  const attributes = convolutionAttributes(options, w.shape[0]);
  const { stride = 1, dilation = 1 } = options;
  const [rows, columns] = w.shape;
  // Odd kernels at stride 1 that keep the size.
  const plain = stride === 1 && attributes['padding'] === 'SAME' && rows % 2 === 1 && columns % 2 === 1;
  if (plain) {
    const near = tapsWithin(x.shape, w, dilation);
    if (near !== w) return conv2d(x, near, { dilation });
  }
  // On a GPU cuDNN's are right and fast for all.
  const ours = plain && !runsOnGpu();
  const gradient = ours && rows * columns === 1 ? productGradient : ours && dilation > 1 ? dilatedGradient : ownGradient;
  return differentiable(
    [x, w],
    () => ({ value: kernel<tf.Rank.R4>('Conv2D', attributes, [x, w]), saved: [x, w] }),
    (dy, [x, w]) => gradient(dy, x as tf.Tensor4D, w as tf.Tensor4D, attributes, dilation),
  );
}

/** The kernel without the taps that lie further from its centre than the input is wide or high: they only ever meet padding. */
function tapsWithin([, height, width]: readonly number[], w: tf.Tensor4D, dilation: number): tf.Tensor4D {
  const [rows, columns, from, to] = w.shape;
  const beyond = (taps: number, size: number): number => Math.max(0, (taps - 1) / 2 - Math.floor((size - 1) / dilation));
  const [top, left] = [beyond(rows, height!), beyond(columns, width!)];
  return top + left === 0 ? w : tf.slice4d(w, [top, left, 0, 0], [rows - 2 * top, columns - 2 * left, from, to]);
}

/** Of the input and of the kernel, by the kernels that TensorFlow has for them. */
function ownGradient(dy: tf.Tensor4D, x: tf.Tensor4D, w: tf.Tensor4D, attributes: Attributes): tf.Tensor[] {
  return [
    kernel('Conv2DBackpropInput', attributes, [tf.tensor1d(x.shape, 'int32'), w, dy]),
    kernel('Conv2DBackpropFilter', attributes, [x, tf.tensor1d(w.shape, 'int32'), dy]),
  ];
}

/** Of a dilated one, which TensorFlow's kernels refuse where it was built without oneDNN. */
function dilatedGradient(dy: tf.Tensor4D, x: tf.Tensor4D, w: tf.Tensor4D, attributes: Attributes, dilation: number): tf.Tensor[] {
  // The input's is the convolution of dy with the kernel turned around, its channels swapped.
  const turned = tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]);
  return [kernel('Conv2D', attributes, [dy, turned]), correlation(dy, x, w.shape, dilation)];
}

/**
 * For each row of taps the product of the shifted inputs, side by side, with dy. A row at a time holds a third of what all taps of a
 * 3×3 kernel would.
 */
function correlation(dy: tf.Tensor4D, x: tf.Tensor4D, shape: number[], dilation: number): tf.Tensor {
  const [n, height, width, to] = dy.shape;
  const [rows, columns, from] = shape as [number, number, number];
  const flatDy = tf.reshape(dy, [-1, to]);
  const around = (taps: number): [number, number] => [((taps - 1) / 2) * dilation, ((taps - 1) / 2) * dilation];
  const padded = tf.pad(x, [[0, 0], around(rows), around(columns), [0, 0]]);
  const ofRow = (row: number): tf.Tensor => {
    const taps = Array.from({ length: columns }, (_, column) =>
      tf.slice(padded, [0, row * dilation, column * dilation, 0], [n, height, width, from]),
    );
    return matMul(tf.reshape(tf.concat(taps, 3), [-1, columns * from]), flatDy, { transposeA: true });
  };
  return tf.reshape(tf.stack(Array.from({ length: rows }, (_, row) => ofRow(row))), shape);
}

/** Of a 1×1 convolution, which is a product of matrices. */
function productGradient(dy: tf.Tensor4D, x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor[] {
  const [, , from, to] = w.shape;
  const flatDy = tf.reshape(dy, [-1, to]);
  return [
    tf.reshape(matMul(flatDy, tf.reshape(w, [from, to]), { transposeB: true }), x.shape),
    tf.reshape(matMul(tf.reshape(x, [-1, from]), flatDy, { transposeA: true }), w.shape),
  ];
}

function convolutionAttributes({ stride = 1, dilation = 1, padding = 'same' }: ConvolutionOptions, taps: number): Attributes {
  // TensorFlow has no gradient for a dilated convolution with given padding; the usual one is SAME.
  const symmetric = stride === 1 && padding === (dilation * (taps - 1)) / 2;
  return {
    T: { type: 'float32' },
    strides: { int: [1, stride, stride, 1] },
    dilations: { int: [1, dilation, dilation, 1] },
    data_format: 'NHWC',
    ...paddingAttributes(symmetric ? 'same' : padding),
  };
}

function paddingAttributes(padding: 'same' | number): Attributes {
  if (padding === 'same') return { padding: 'SAME' };
  if (padding === 0) return { padding: 'VALID' };
  return { padding: 'EXPLICIT', explicit_paddings: { int: [0, 0, padding, padding, padding, padding, 0, 0] } };
}
