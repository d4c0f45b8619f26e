import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel, runsOnGpu } from './kernel';
import { batchToSpace, spaceToBatch } from './space-to-batch';

/** Only oneDNN's kernel, on these processors, heeds the dilation; others, a GPU's among them, refuse it or ignore it. */
const heedsDilation = (): boolean => process.arch === 'x64' && !runsOnGpu();

/** Taps to a side up to which TensorFlow's own gradient of the kernel is the faster one. */
const SMALL_KERNEL = 3;

/**
 * Depthwise 2-D convolution, SAME padding as TensorFlow has it.
 * @param x [n, H, W, C]
 * @param w [h, w, C, 1]
 * @param dilation distance between taps; above 1 it needs stride 1 and an odd number of taps
 * @returns [n, ceil(H / stride), ceil(W / stride), C]
 */
export function depthwiseConv2d(x: tf.Tensor4D, w: tf.Tensor4D, stride = 1, dilation = 1): tf.Tensor4D {
  if (dilation > 1 && stride > 1) throw new Error(`A dilated depthwise convolution has stride 1, not ${stride}`);
  if (dilation > 1 && !heedsDilation()) return dilatedByParts(x, w, dilation);
  return convolve(x, w, attributesOf(stride, dilation, 'SAME'), stride, dilation);
}

/**
 * A dilated depthwise convolution without a dilated kernel: the image is dealt out into dilation² coarse ones, each of which is convolved
 * without dilation. Stride 1, SAME padding, odd kernels.
 * @param x [n, H, W, C]
 * @param w [h, w, C, 1]
 * @returns [n, H, W, C]
 */
export function dilatedByParts(x: tf.Tensor4D, w: tf.Tensor4D, dilation: number): tf.Tensor4D {
  const pads = ([x.shape[1], x.shape[2]] as const).map((size, axis) => {
    const around = ((w.shape[axis]! - 1) / 2) * dilation;
    const lacking = (dilation - ((size + 2 * around) % dilation)) % dilation;
    return { around, lacking };
  });
  const parts = spaceToBatch(
    x,
    dilation,
    pads.map(({ around, lacking }) => [around, around + lacking]),
  );
  const convolved = convolve(parts, w, attributesOf(1, 1, 'VALID'), 1, 1);
  return batchToSpace(
    convolved,
    dilation,
    pads.map(({ lacking }) => [0, lacking]),
  );
}

function convolve(x: tf.Tensor4D, w: tf.Tensor4D, attributes: Attributes, stride: number, dilation: number): tf.Tensor4D {
  return differentiable(
    [x, w],
    () => ({ value: kernel<tf.Rank.R4>('DepthwiseConv2dNative', attributes, [x, w]), saved: [x, w] }),
    (dy, [x, w]) => [
      inputGradient(dy, x as tf.Tensor4D, w as tf.Tensor4D, attributes, dilation),
      dilation > 1 || (stride === 1 && attributes['padding'] === 'SAME' && w.shape[0] > SMALL_KERNEL && !runsOnGpu())
        ? correlation(dy, x as tf.Tensor4D, w.shape, dilation)
        : kernel('DepthwiseConv2dNativeBackpropFilter', attributes, [x, tf.tensor1d(w.shape, 'int32'), dy]),
    ],
  );
}

/** TensorFlow's own gradient of a dilated one is silently wrong on the CPU; it is the convolution of dy with the kernel turned around. */
function inputGradient(dy: tf.Tensor4D, x: tf.Tensor4D, w: tf.Tensor4D, attributes: Attributes, dilation: number): tf.Tensor {
  if (dilation > 1) return kernel('DepthwiseConv2dNative', attributes, [dy, tf.reverse(w, [0, 1])]);
  return kernel('DepthwiseConv2dNativeBackpropInput', attributes, [tf.tensor1d(x.shape, 'int32'), w, dy]);
}

/**
 * The gradient of the kernel at stride 1, image by image: a depthwise convolution of the padded input whose kernel is dy and whose stride
 * is the dilation. TensorFlow's own is silently wrong on the CPU where dilated, and slower where the kernel is not small.
 */
function correlation(dy: tf.Tensor4D, x: tf.Tensor4D, shape: number[], dilation: number): tf.Tensor {
  const [n, height, width, channels] = x.shape;
  const around = (taps: number): [number, number] => {
    const reach = (taps - 1) * dilation;
    return [Math.floor(reach / 2), Math.ceil(reach / 2)];
  };
  const [rows, columns] = shape as [number, number];
  const padded = tf.pad(x, [[0, 0], around(rows), around(columns), [0, 0]]);
  const [, paddedHeight, paddedWidth] = padded.shape;
  const images = Array.from({ length: n }, (_, i) => {
    const image = tf.slice(padded, [i, 0, 0, 0], [1, paddedHeight!, paddedWidth!, channels]);
    const kernelOfImage = tf.reshape(tf.slice(dy, [i, 0, 0, 0], [1, height, width, channels]), [height, width, channels, 1]);
    return kernel('DepthwiseConv2dNative', attributesOf(dilation, 1, 'VALID'), [image, kernelOfImage]);
  });
  return tf.reshape(tf.addN(images), shape);
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
