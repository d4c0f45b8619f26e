import * as tf from '@tensorflow/tfjs-core';
import { differentiable, kernel } from './kernel';

// The generic gather reads its indices back to check them, which a recorded graph cannot.

/**
 * The rows of x at the given indices.
 * @param x [P, E]
 * @param indices int32 [A], each in 0…P−1; an index may repeat
 * @returns [A, E]
 */
export function gatherRows(x: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  return differentiable(
    [x],
    () => ({ value: gather(x, indices), saved: [indices] }),
    (dy, [indices]) => [
      kernel('UnsortedSegmentSum', { T: { type: 'float32' }, Tindices: { type: 'int32' }, Tnumsegments: { type: 'int32' } }, [
        dy,
        indices,
        tf.scalar(x.shape[0], 'int32'),
      ]),
    ],
  );
}

/**
 * The slices of x at the given indices along an axis; no gradient.
 * @param x float32 or int32
 * @param indices int32 [A], each within the axis
 */
export function gather<R extends tf.Rank>(x: tf.Tensor<R>, indices: tf.Tensor1D, axis = 0): tf.Tensor<R> {
  const attributes = {
    Tparams: { type: x.dtype === 'int32' ? 'int32' : 'float32' },
    Tindices: { type: 'int32' },
    Taxis: { type: 'int32' },
    batch_dims: { int: 0 },
  } as const;
  return kernel('GatherV2', attributes, [x, indices, tf.scalar(axis, 'int32')]);
}
