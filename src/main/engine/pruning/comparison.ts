import type * as tf from '@tensorflow/tfjs-core';
import type { Entry } from '../compile/program';
import { pseudoLabels } from '../core/pseudo-labels';
import type { Network } from '../model/network';
import { resizeBilinear } from '../ops/resize-bilinear';
import { type Doubt, survival } from './doubt';
import { type PrunedStatistics, prunedTeacher } from './pruned-teacher';
import { lookupIn } from '../checkpoint/state';

export interface ComparisonSettings {
  readonly batch: number;
  readonly crop: number;
  readonly prunedStatistics: PrunedStatistics;
  readonly doubt: Doubt;
}

/**
 * Teacher and pruned teacher on views.
 * @returns an entry with the input `images` of a step and outputs [n, C, C]: `classes`, `prunedClasses`, p̃ as `confidence`, and d as
 *   `similarity`
 */
export function comparison(network: Network, { batch, crop, prunedStatistics, doubt }: ComparisonSettings): Entry {
  return {
    inputs: { images: { dtype: 'float32', shape: [batch, crop, crop, 3] } },
    run({ images }, state) {
      const x = images as tf.Tensor4D;
      const teacher = network.forward(lookupIn(state, 'teacher'), x, { kind: 'infer' });
      const pruned = prunedTeacher(network, state, prunedStatistics, x);
      const { confidence, labels } = pseudoLabels(resizeBilinear(teacher.logits, [crop, crop]));
      const prunedClasses = pseudoLabels(resizeBilinear(pruned.logits, [crop, crop])).labels;
      return { outputs: { classes: labels, prunedClasses, confidence, similarity: survival(doubt, teacher, pruned, labels) } };
    },
  };
}
