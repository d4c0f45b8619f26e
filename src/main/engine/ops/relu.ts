import type * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel } from './kernel';

const FLOAT: Attributes = { T: { type: 'float32' } };

/** max(x, 0), any shape; its gradient is 0 at and below 0. */
export function relu<R extends tf.Rank>(x: tf.Tensor<R>): tf.Tensor<R> {
  return rectifier('Relu', x);
}

/** min(max(x, 0), 6), any shape; its gradient is 0 outside ]0, 6[. */
export function relu6<R extends tf.Rank>(x: tf.Tensor<R>): tf.Tensor<R> {
  return rectifier('Relu6', x);
}

/** Both gradients read the same from the output as from the input, so only the output is kept. */
function rectifier<R extends tf.Rank>(name: 'Relu' | 'Relu6', x: tf.Tensor<R>): tf.Tensor<R> {
  const y = kernel<R>(name, FLOAT, [x]);
  return differentiable(
    [x],
    () => ({ value: y, saved: [y] }),
    (dy, [y]) => [kernel(`${name}Grad`, FLOAT, [dy, y])],
  );
}
