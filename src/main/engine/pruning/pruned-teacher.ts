import * as tf from '@tensorflow/tfjs-core';
import type { Entry, Tensors } from '../compile/program';
import type { Lookup, Mode, Network, Output } from '../model/network';
import { isStatistic, lookupIn, stateName } from '../checkpoint/state';

/** Where the pruned teacher's batch-norm statistics come from: its own, re-estimated; of each batch; or the teacher's. */
export type PrunedStatistics = 'recalibrated' | 'batch' | 'teacher';

/**
 * The pruned teacher θ̂ᵖ = M ∘ θ̂ on weak views, without a gradient.
 * @param x normalised views, [n, H, W, 3]
 */
export function prunedTeacher(network: Network, state: Tensors, statistics: PrunedStatistics, x: tf.Tensor4D): Output {
  const mode: Mode = statistics === 'batch' ? { kind: 'train', onStatistics: () => undefined } : { kind: 'infer' };
  return network.forward(prunedLookup(network, state, statistics), x, mode);
}

/**
 * Re-estimates the pruned teacher's statistics: called on batch i = 0, 1, … with `weight` = 1 / (i + 1), it leaves the plain
 * average over the batches. Needed after every change of the mask.
 * @param shape of a batch of weak views, [n, H, W, 3]
 */
export function recalibration(network: Network, shape: readonly number[]): Entry {
  return {
    inputs: { weak: { dtype: 'float32', shape }, weight: { dtype: 'float32', shape: [] } },
    run({ weak, weight }, state) {
      const own = lookupIn(state, 'pruned');
      const updates: Record<string, tf.Tensor> = {};
      const average = (name: string, batch: tf.Tensor): void => {
        updates[stateName('pruned', name)] = tf.add(own(name), tf.mul(tf.sub(batch, own(name)), weight!));
      };
      network.forward(prunedLookup(network, state, 'recalibrated'), weak as tf.Tensor4D, {
        kind: 'train',
        onStatistics(layer, mean, variance) {
          average(`${layer}.mean`, mean);
          average(`${layer}.variance`, variance);
        },
      });
      return { outputs: { weight: tf.clone(weight!) }, updates };
    },
  };
}

function prunedLookup({ specs }: Network, state: Tensors, statistics: PrunedStatistics): Lookup {
  const teacher = lookupIn(state, 'teacher');
  const own = lookupIn(state, 'pruned');
  const owned = new Set(statistics === 'recalibrated' ? specs.filter(isStatistic).map(({ name }) => name) : []);
  return (name) => {
    if (owned.has(name)) return own(name);
    const mask = state[stateName('mask', name)];
    return mask ? tf.mul(teacher(name), mask) : teacher(name);
  };
}
