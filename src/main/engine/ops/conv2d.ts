import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

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
  return differentiable(
    [x, w],
    () => ({ value: kernel<tf.Rank.R4>('Conv2D', attributes, [x, w]), saved: [x, w] }),
    (dy, [x, w]) => [
      kernel('Conv2DBackpropInput', attributes, [tf.tensor1d(x.shape, 'int32'), w, dy]),
      kernel('Conv2DBackpropFilter', attributes, [x, tf.tensor1d(w.shape, 'int32'), dy]),
    ],
  );
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
