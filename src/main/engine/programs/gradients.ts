import * as tf from '@tensorflow/tfjs-core';

/**
 * The gradients of a loss, and what else its computation yields.
 * @param f gives the scalar loss first
 * @returns a gradient for each of `variables`, null where the loss does not depend on it
 */
export function gradientsOf(
  f: () => readonly [loss: tf.Scalar, ...others: tf.Tensor[]],
  variables: readonly tf.Tensor[],
): { gradients: (tf.Tensor | null)[]; values: tf.Tensor[] } {
  // What is made while the gradient is taped is freed at its end, unless kept.
  let kept: tf.Tensor[] = [];
  const { grads } = tf.engine().gradients(() => {
    const [loss, ...others] = f();
    kept = [loss, ...others].map((tensor) => tf.keep(tf.clone(tensor)));
    return loss;
  }, [...variables]);
  const values = kept.map((tensor) => tf.clone(tensor));
  for (const tensor of kept) tensor.dispose();
  return { gradients: grads.map((gradient: tf.Tensor | undefined) => gradient ?? null), values };
}
