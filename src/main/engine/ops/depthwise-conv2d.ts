import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

/**
 * Depthwise 2-D convolution, SAME padding as TensorFlow has it.
 * @param x [n, H, W, C]
 * @param w [h, w, C, 1]
 * @param dilation distance between taps; above 1 it needs stride 1 and an odd number of taps
 * @returns [n, ceil(H / stride), ceil(W / stride), C]
 */
export function depthwiseConv2d(x: tf.Tensor4D, w: tf.Tensor4D, stride = 1, dilation = 1): tf.Tensor4D {
  if (dilation > 1 && stride > 1) throw new Error(`A dilated depthwise convolution has stride 1, not ${stride}`);
  const attributes = attributesOf(stride, dilation, 'SAME');
  return differentiable(
    [x, w],
    () => ({ value: kernel<tf.Rank.R4>('DepthwiseConv2dNative', attributes, [x, w]), saved: [x, w] }),
    (dy, [x, w]) => {
      if (dilation > 1) return dilatedGradients(dy, x as tf.Tensor4D, w as tf.Tensor4D, dilation);
      return [
        kernel('DepthwiseConv2dNativeBackpropInput', attributes, [tf.tensor1d(x.shape, 'int32'), w, dy]),
        filterGradient(attributes, x, w, dy),
      ];
    },
  );
}

/**
 * TensorFlow's own gradients of a dilated depthwise convolution are silently wrong on the CPU. That of the input is the convolution
 * of dy with the kernel turned around; for that of the kernel, space is folded into the batch, where the convolution is an ordinary one.
 */
function dilatedGradients(dy: tf.Tensor4D, x: tf.Tensor4D, w: tf.Tensor4D, dilation: number): tf.Tensor[] {
  const [, height, width] = x.shape;
  const rows = folding(height, w.shape[0], dilation);
  const columns = folding(width, w.shape[1], dilation);
  const block = [dilation, dilation];
  const foldedX = tf.spaceToBatchND(x, block, [rows.around, columns.around]);
  const foldedDy = tf.spaceToBatchND(dy, block, [rows.after, columns.after]);
  return [
    kernel('DepthwiseConv2dNative', attributesOf(1, dilation, 'SAME'), [dy, tf.reverse(w, [0, 1])]),
    filterGradient(attributesOf(1, 1, 'VALID'), foldedX, w, foldedDy),
  ];
}

function filterGradient(attributes: Attributes, x: tf.Tensor, w: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return kernel('DepthwiseConv2dNativeBackpropFilter', attributes, [x, tf.tensor1d(w.shape, 'int32'), dy]);
}

function attributesOf(stride: number, dilation: number, padding: 'SAME' | 'VALID'): Attributes {
  return {
    T: { type: 'float32' },
    strides: { int: [1, stride, stride, 1] },
    dilations: { int: [1, dilation, dilation, 1] },
    data_format: 'NHWC',
    padding,
  };
}

/** Zeros around the input for SAME padding, filled up to a multiple of `dilation`, and zeros after the output to match. */
function folding(size: number, taps: number, dilation: number): { around: [number, number]; after: [number, number] } {
  const reach = (taps - 1) * dilation;
  const before = Math.floor(reach / 2);
  const extra = (dilation - ((size + reach) % dilation)) % dilation;
  return { around: [before, reach - before + extra], after: [0, extra] };
}
