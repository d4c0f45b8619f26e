import * as tf from '@tensorflow/tfjs-core';
import { gather } from '../ops/gather';
import { kernel } from '../ops/kernel';

/** Where CutMix pastes: one box an image, and whose pixels fill it. */
export interface Boxes {
  /** Rows [top, bottom) and columns [left, right) as top, left, bottom, right, int32 [n, 4]; zeros paste nothing. */
  readonly boxes: tf.Tensor2D;
  /** Image that fills each box, int32 [n]. */
  readonly partners: tf.Tensor1D;
}

/**
 * CutMix of labels, ω or padding, the same as was done to the images: each pixel in an image's box comes from its partner.
 * @param maps float32 or int32, each [n, H, W]
 * @returns the mixed maps
 */
export function pasteBoxes<M extends Readonly<Record<string, tf.Tensor3D>>>({ boxes, partners }: Boxes, maps: M): M {
  const [first] = Object.values(maps);
  if (!first) return maps;
  const [, height, width] = first.shape;
  const edge = (i: number): tf.Tensor3D => tf.reshape(tf.slice(boxes, [0, i], [-1, 1]), [-1, 1, 1]);
  const within = (size: number, from: tf.Tensor3D, to: tf.Tensor3D, shape: [number, number, number]): tf.Tensor => {
    const position = tf.reshape(tf.range(0, size, 1, 'int32'), shape);
    return tf.logicalAnd(tf.greaterEqual(position, from), tf.less(position, to));
  };
  const inBox = tf.logicalAnd(within(height, edge(0), edge(2), [1, height, 1]), within(width, edge(1), edge(3), [1, 1, width]));
  const mixed = Object.entries(maps).map(([name, map]) => [name, paste(map, partners, inBox)]);
  return Object.fromEntries(mixed) as M;
}

function paste(map: tf.Tensor3D, partners: tf.Tensor1D, inBox: tf.Tensor): tf.Tensor3D {
  const type = { type: map.dtype === 'int32' ? 'int32' : 'float32' } as const;
  return kernel<tf.Rank.R3>('SelectV2', { T: type }, [inBox, gather(map, partners), map]);
}
