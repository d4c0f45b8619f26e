import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

// The generic reshape writes every size into a recorded graph, which then takes images of no other size.

const ATTRIBUTES: Attributes = { T: { type: 'float32' }, Tshape: { type: 'int32' } };

/** The sizes of a tensor as a tensor, int32 [rank]. */
export function shapeOf(x: tf.Tensor): tf.Tensor1D {
  return kernel('Shape', { T: { type: 'float32' }, out_type: { type: 'int32' } }, [x]);
}

/**
 * The same numbers in another shape.
 * @param shape int32 [rank], see {@link shapeOf}; or sizes, of which one may be −1: whatever is left
 */
export function reshape<R extends tf.Rank>(x: tf.Tensor, shape: readonly number[] | tf.Tensor1D): tf.Tensor<R> {
  const sizes = shape instanceof tf.Tensor ? shape : tf.tensor1d([...shape], 'int32');
  return differentiable(
    [x],
    () => ({ value: kernel<R>('Reshape', ATTRIBUTES, [x, sizes]), saved: [] }),
    (dy) => [tf.reshape(dy, x.shape)],
  );
}
