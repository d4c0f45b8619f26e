import type * as tf from '@tensorflow/tfjs-core';

/** What an optimiser may keep of a parameter: the average of its gradients, and of their squares. */
export type Moment = 'velocity' | 'square';

/** A parameter, or its gradient, or a moment of it: all of one shape. */
export type Moments<M extends Moment> = Readonly<Record<M, tf.Tensor>>;

/**
 * A way of descending, as a pair: what is kept of each parameter at first, and what a step makes of both.
 * @typeParam R scalars that vary from step to step
 */
export interface Optimiser<M extends Moment, R> {
  /** The moments it keeps; each begins as zeros. */
  readonly moments: readonly M[];
  /** @param gradient of the loss, of the parameter's shape, as the moments are */
  update(parameter: tf.Tensor, moments: Moments<M>, gradient: tf.Tensor, rates: R): { parameter: tf.Tensor; moments: Moments<M> };
}
