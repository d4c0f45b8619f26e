import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

/** Pixels before and after, for rows and for columns. */
type Margins = readonly (readonly number[])[];

const ATTRIBUTES: Attributes = { T: { type: 'float32' }, Tblock_shape: { type: 'int32' } };

/**
 * Deals an image out into block² coarse ones: every block-th pixel of every block-th row, from each beginning.
 * @param x [n, H, W, C]
 * @param paddings zeros put around x first, after which block divides both sides
 * @returns [block² n, H' / block, W' / block, C]
 */
export function spaceToBatch(x: tf.Tensor4D, block: number, paddings: Margins): tf.Tensor4D {
  return differentiable(
    [x],
    () => ({ value: run('SpaceToBatchND', 'Tpaddings', x, block, paddings), saved: [] }),
    (dy) => [run('BatchToSpaceND', 'Tcrops', dy, block, paddings)],
  );
}

/**
 * The inverse of {@link spaceToBatch}.
 * @param x [block² n, h, w, C]
 * @param crops pixels cut off the result
 * @returns [n, block h − crops, block w − crops, C]
 */
export function batchToSpace(x: tf.Tensor4D, block: number, crops: Margins): tf.Tensor4D {
  return differentiable(
    [x],
    () => ({ value: run('BatchToSpaceND', 'Tcrops', x, block, crops), saved: [] }),
    (dy) => [run('SpaceToBatchND', 'Tpaddings', dy, block, crops)],
  );
}

function run(name: string, type: string, x: tf.Tensor4D, block: number, margins: Margins): tf.Tensor4D {
  const blocks = tf.tensor1d([block, block], 'int32');
  return kernel(name, { ...ATTRIBUTES, [type]: { type: 'int32' } }, [x, blocks, tf.tensor2d(margins.flat(), [2, 2], 'int32')]);
}
