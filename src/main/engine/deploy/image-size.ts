import * as tf from '@tensorflow/tfjs-core';
import { gather } from '../ops/gather';
import { kernel } from '../ops/kernel';
import { batchMatMul, matMul } from '../ops/mat-mul';
import { reshape } from '../ops/reshape';
import { resizeBilinear } from '../ops/resize-bilinear';
import { spatialSize } from '../ops/spatial-size';

// Sizes are tensors here: the graph that is recorded of this finds them for itself.

const INT = { T: { type: 'int32' } } as const;
/** What a side times a scale may lack of a half, to be rounded up all the same: floats are not exact. */
const ROUNDING = 1e-4;

/** An image whose sides are multiples of a number: beyond it its last row and column go on. */
export function paddedToMultiple(image: tf.Tensor4D, multiple: number): tf.Tensor4D {
  const sides = spatialSize(image);
  const padded = tf.mul(
    kernel('FloorDiv', INT, [tf.add(sides, tf.scalar(multiple - 1, 'int32')), tf.scalar(multiple, 'int32')]),
    tf.scalar(multiple, 'int32'),
  );
  return [1, 2].reduce<tf.Tensor4D>((each, axis) => {
    const last = tf.sub(at(sides, axis - 1), tf.scalar(1, 'int32'));
    return gather(each, tf.minimum(upTo(at(padded as tf.Tensor1D, axis - 1)), last) as tf.Tensor1D, axis);
  }, image);
}

/**
 * An image in the size that a network looks at it in: so many times its own, rounded to a multiple. Enlarged bilinearly; made smaller as `resized`
 * does it, every pixel counting.
 * @param x [1, H, W, C]
 */
export function resizedBy(x: tf.Tensor4D, scale: number, multiple: number): tf.Tensor4D {
  if (scale === 1) return x;
  const sides = spatialSize(x);
  const multiples = tf.floor(tf.add(tf.mul(tf.cast(sides, 'float32'), scale / multiple), 0.5 + ROUNDING));
  const size = tf.cast(tf.mul(tf.maximum(multiples, 1), multiple), 'int32');
  if (scale > 1) return resizeBilinear(x, size as tf.Tensor1D);
  const channels = x.shape[3];
  const [rows, columns] = [0, 1].map((axis) => triangle(at(sides, axis), at(size as tf.Tensor1D, axis)));
  // [h', W · C], then [h', w', C]
  const width = at(sides, 1);
  const flat = reshape<tf.Rank.R2>(x, tf.concat([reshapeToOne(at(sides, 0)), tf.tensor1d([-1], 'int32')]));
  const short = reshape<tf.Rank.R3>(
    matMul(rows!, flat),
    tf.concat([tf.tensor1d([-1], 'int32'), reshapeToOne(width), tf.tensor1d([channels], 'int32')]),
  );
  return tf.expandDims(batchMatMul(columns!, short), 0);
}

/** How much each of so many pixels counts for each of fewer: less with its distance, up to that of two of these. Rows sum to 1; [fewer, pixels]. */
function triangle(pixels: tf.Scalar, fewer: tf.Scalar): tf.Tensor2D {
  const ratio = tf.div(tf.cast(fewer, 'float32'), tf.cast(pixels, 'float32'));
  const centres = reshape<tf.Rank.R2>(tf.div(tf.add(tf.cast(upTo(fewer), 'float32'), 0.5), ratio), [-1, 1]);
  const distance = tf.abs(tf.sub(centres, tf.add(tf.cast(upTo(pixels), 'float32'), 0.5)));
  const weights = tf.relu(tf.sub(1, tf.mul(distance, ratio)));
  return tf.div(weights, tf.sum(weights, 1, true));
}

/** 0 … count − 1 */
function upTo(count: tf.Scalar): tf.Tensor1D {
  return kernel('Range', { Tidx: { type: 'int32' } }, [tf.scalar(0, 'int32'), count, tf.scalar(1, 'int32')]);
}

/** One number of a tensor of them. */
function at(numbers: tf.Tensor1D, index: number): tf.Scalar {
  return kernel('GatherV2', { Tparams: { type: 'int32' }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' }, batch_dims: { int: 0 } }, [
    numbers,
    tf.scalar(index, 'int32'),
    tf.scalar(0, 'int32'),
  ]);
}

function reshapeToOne(number: tf.Scalar): tf.Tensor1D {
  return kernel('Reshape', { ...INT, Tshape: { type: 'int32' } }, [number, tf.tensor1d([1], 'int32')]);
}
