import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

/**
 * Depthwise 2-D convolution, SAME padding as TensorFlow has it.
 * TensorFlow's gradients of a dilated depthwise convolution are silently wrong on the CPU, so dilation is done by
 * folding space into the batch, where the convolution is an ordinary one.
 * @param x [n, H, W, C]
 * @param w [h, w, C, 1]
 * @param dilation distance between taps; needs stride 1 when above 1
 * @returns [n, ceil(H / stride), ceil(W / stride), C]
 */
export function depthwiseConv2d(x: tf.Tensor4D, w: tf.Tensor4D, stride = 1, dilation = 1): tf.Tensor4D {
  if (dilation === 1) return depthwise(x, w, stride, 'SAME');
  if (stride !== 1) throw new Error(`A dilated depthwise convolution has stride 1, not ${stride}`);
  const [, height, width] = x.shape;
  const rows = folding(height, w.shape[0], dilation);
  const columns = folding(width, w.shape[1], dilation);
  const block = [dilation, dilation];
  const folded = tf.spaceToBatchND(x, block, [rows.padding, columns.padding]);
  return tf.batchToSpaceND(depthwise(folded, w, 1, 'VALID'), block, [rows.crop, columns.crop]);
}

function depthwise(x: tf.Tensor4D, w: tf.Tensor4D, stride: number, padding: 'SAME' | 'VALID'): tf.Tensor4D {
  const attributes: Attributes = {
    T: { type: 'float32' },
    strides: { int: [1, stride, stride, 1] },
    dilations: { int: [1, 1, 1, 1] },
    data_format: 'NHWC',
    padding,
  };
  return differentiable(
    [x, w],
    () => ({ value: kernel<tf.Rank.R4>('DepthwiseConv2dNative', attributes, [x, w]), saved: [x, w] }),
    (dy, [x, w]) => [
      kernel('DepthwiseConv2dNativeBackpropInput', attributes, [tf.tensor1d(x.shape, 'int32'), w, dy]),
      kernel('DepthwiseConv2dNativeBackpropFilter', attributes, [x, tf.tensor1d(w.shape, 'int32'), dy]),
    ],
  );
}

/** Zeros around `size` pixels for SAME padding of `taps` taps, filled up to a multiple of `dilation`, and what to crop afterwards. */
function folding(size: number, taps: number, dilation: number): { padding: number[]; crop: number[] } {
  const reach = (taps - 1) * dilation;
  const before = Math.floor(reach / 2);
  const extra = (dilation - ((size + reach) % dilation)) % dilation;
  return { padding: [before, reach - before + extra], crop: [0, extra] };
}
