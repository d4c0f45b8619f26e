import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';
import { batchMatMul, matMul } from './mat-mul';
import { reshape, shapeOf } from './reshape';

/** What DINOv2 adds to the height and the width of a grid before it takes their ratio to those of the grid of positions. */
const OFFSET = 0.1;
/** The a of Keys's cubic convolution, as PyTorch has it; TensorFlow's own bicubic has −0.5. */
const A = -0.75;

const INT: Attributes = { T: { type: 'int32' } };

/**
 * Positions that were learnt for a square grid of patches, on a grid of another size: bicubic, without antialiasing, at
 * (i + 0.5) · M / (h + 0.1) − 0.5, beyond the border as at the border. That is what the authors of DINOv2 do (other implementations leave
 * the 0.1 away or smooth beforehand, and give other features). On a grid of M × M they are what they are.
 * @param positions [M, M, C]
 * @param patches a tensor of the wanted height and width, [n, h, w, ·]
 * @returns [h, w, C]
 */
export function interpolatePositions(positions: tf.Tensor3D, patches: tf.Tensor4D): tf.Tensor3D {
  const [side, , channels] = positions.shape;
  return differentiable(
    [positions],
    () => {
      const { rows, columns } = tapsOf(patches, side);
      const along = matMul(rows, reshape(positions, [side, side * channels]));
      return { value: batchMatMul(columns, reshape(along, [-1, side, channels])), saved: [rows, columns] };
    },
    (dy, [rows, columns]) => {
      const along = batchMatMul(columns!, dy, { transposeA: true });
      return [reshape(matMul(rows!, reshape(along, [-1, side * channels]), { transposeA: true }), [side, side, channels])];
    },
  );
}

/** How much each learnt position counts for each wanted row, [h, M], and column, [w, M]. */
function tapsOf(patches: tf.Tensor4D, side: number): { rows: tf.Tensor2D; columns: tf.Tensor2D } {
  const shape = shapeOf(patches);
  const size = (axis: number): tf.Scalar => {
    const one = kernel('Slice', { ...INT, Index: { type: 'int32' } }, [shape, tf.tensor1d([axis], 'int32'), tf.tensor1d([1], 'int32')]);
    return kernel('Reshape', { ...INT, Tshape: { type: 'int32' } }, [one, tf.tensor1d([], 'int32')]);
  };
  const [height, width] = [size(1), size(2)];
  // 0 where the grid is the one that the positions were learnt for, OFFSET elsewhere.
  const different = tf.logicalOr(tf.notEqual(height, side), tf.notEqual(width, side));
  const offset = tf.mul(tf.cast(different, 'float32'), OFFSET);
  return { rows: taps(height, side, offset), columns: taps(width, side, offset) };
}

/** @param count int32, how many are wanted */
function taps(count: tf.Scalar, side: number, offset: tf.Tensor): tf.Tensor2D {
  const wanted = kernel('Range', { Tidx: { type: 'int32' } }, [tf.scalar(0, 'int32'), count, tf.scalar(1, 'int32')]);
  const step = tf.div(side, tf.add(tf.cast(count, 'float32'), offset));
  const place = tf.sub(tf.mul(tf.add(tf.cast(wanted, 'float32'), 0.5), step), 0.5);
  const first = tf.floor(place);
  const beyond = tf.sub(place, first);
  const known = tf.range(0, side, 1, 'float32');
  const weightsOf = [-1, 0, 1, 2].map((tap) => {
    const at = tf.minimum(tf.maximum(tf.add(first, tap), 0), side - 1);
    return tf.mul(column(cubic(tf.abs(tf.sub(beyond, tap)))), tf.cast(tf.equal(column(at), known), 'float32'));
  });
  return tf.addN(weightsOf) as tf.Tensor2D;
}

/** Keys's cubic kernel at a distance of 0 to 2. */
function cubic(distance: tf.Tensor): tf.Tensor {
  const polynomial = (cubed: number, ...factors: number[]): tf.Tensor =>
    factors.reduce<tf.Tensor>((sum, factor, i) => tf.add(i === 0 ? sum : tf.mul(sum, distance), factor), tf.mul(distance, cubed));
  const isNear = tf.cast(tf.lessEqual(distance, 1), 'float32');
  const near = polynomial(A + 2, -(A + 3), 0, 1);
  const far = polynomial(A, -5 * A, 8 * A, -4 * A);
  return tf.add(tf.mul(isNear, near), tf.mul(tf.sub(1, isNear), far));
}

/** [n] as [n, 1] */
function column(x: tf.Tensor): tf.Tensor2D {
  return reshape(x, [-1, 1]);
}
