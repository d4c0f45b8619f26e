import * as tf from '@tensorflow/tfjs-core';
import { gather } from '../ops/gather';

/** Places of pixels in an image: rows and columns, each [n, P], whole numbers as floats. */
export interface Places {
  readonly rows: tf.Tensor2D;
  readonly columns: tf.Tensor2D;
}

/** Numbers in a pixel's features: those of all maps, and the mean of the last map over the image. */
export function hypercolumnSize(channels: readonly number[]): number {
  return channels.reduce((sum, each) => sum + each, channels[channels.length - 1]!);
}

/**
 * The features of single pixels (hypercolumns, Hariharan et al. 2015): what each map holds there, by bilinear interpolation between its
 * cells (half-pixel centres), beside the mean of the last map.
 * @param maps [n, h, w, C] each
 * @param size height and width of the image, pixels
 * @returns [n · P, hypercolumnSize]
 */
export function hypercolumns(maps: readonly tf.Tensor4D[], [height, width]: readonly [number, number], places: Places): tf.Tensor2D {
  const [images, pixels] = places.rows.shape;
  const last = maps[maps.length - 1]!;
  const whole = tf.mean<tf.Tensor2D>(last, [1, 2]);
  const everywhere = tf.reshape(tf.tile(tf.expandDims(whole, 1), [1, pixels, 1]), [images * pixels, last.shape[3]]);
  return tf.concat([...maps.map((map) => interpolate(map, [height, width], places)), everywhere as tf.Tensor2D], 1);
}

function interpolate(map: tf.Tensor4D, [height, width]: readonly [number, number], { rows, columns }: Places): tf.Tensor2D {
  const [images, h, w, channels] = map.shape;
  const cells = tf.reshape<tf.Rank.R2>(map, [images * h * w, channels]);
  const first = tf.reshape(tf.tensor1d(Array.from({ length: images }, (_, i) => i * h * w)), [images, 1]);
  const [top, bottom, down] = between(rows, height, h);
  const [left, right, across] = between(columns, width, w);
  const at = (row: tf.Tensor, column: tf.Tensor): tf.Tensor2D => {
    const index = tf.reshape(tf.add(first, tf.add(tf.mul(row, w), column)), [-1]);
    return gather(cells, tf.cast(index, 'int32') as tf.Tensor1D);
  };
  const mix = (a: tf.Tensor2D, b: tf.Tensor2D, share: tf.Tensor): tf.Tensor2D => tf.add(a, tf.mul(tf.sub(b, a), share));
  const upper = mix(at(top, left), at(top, right), across);
  return mix(upper, mix(at(bottom, left), at(bottom, right), across), down);
}

/** The two cells that a pixel lies between, and how far it is from the first to the second, [n · P, 1]. */
function between(pixels: tf.Tensor2D, size: number, cells: number): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const position = tf.clipByValue(tf.sub(tf.mul(tf.add(pixels, 0.5), cells / size), 0.5), 0, cells - 1);
  const first = tf.floor(position);
  return [first, tf.minimum(tf.add(first, 1), cells - 1), tf.reshape(tf.sub(position, first), [-1, 1])];
}
