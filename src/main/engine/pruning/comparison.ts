import type * as tf from '@tensorflow/tfjs-core';
import type { Entry } from '../compile/program';
import { pseudoLabels } from '../core/pseudo-labels';
import type { Network } from '../model/network';
import { resizeBilinear } from '../ops/resize-bilinear';
import { type Doubt, survival } from './doubt';
import { type PrunedStatistics, prunedTeacher } from './pruned-teacher';
import { lookupIn } from '../checkpoint/state';

export interface ViewShape {
  readonly batch: number;
  readonly crop: number;
}

export interface ComparisonSettings extends ViewShape {
  readonly prunedStatistics: PrunedStatistics;
  readonly doubt: Doubt;
}

/**
 * The teacher on views, apart from the pruned teacher so that several prunings of it can be compared with one answer.
 * @returns an entry with the input `images` of a step and outputs [n, C, C]: `classes`, and p̃ as `confidence`; and `embedding`,
 *   [n, h, w, E]
 */
export function teacherViews(network: Network, { batch, crop }: ViewShape): Entry {
  return {
    inputs: { images: { dtype: 'float32', shape: [batch, crop, crop, 3] } },
    run({ images }, state) {
      const { logits, embedding } = network.forward(lookupIn(state, 'teacher'), images as tf.Tensor4D, { kind: 'infer' });
      const { confidence, labels } = pseudoLabels(resizeBilinear(logits, [crop, crop]));
      return { outputs: { classes: labels, confidence, embedding } };
    },
  };
}

/**
 * The pruned teacher on the same views.
 * @returns an entry with the inputs `images`, and `classes` and `embedding` of {@link teacherViews}, and outputs [n, C, C]:
 *   `prunedClasses`, and d as `similarity`
 */
export function comparison(network: Network, { batch, crop, prunedStatistics, doubt }: ComparisonSettings): Entry {
  const side = Math.ceil(crop / network.stride);
  return {
    inputs: {
      images: { dtype: 'float32', shape: [batch, crop, crop, 3] },
      classes: { dtype: 'int32', shape: [batch, crop, crop] },
      embedding: { dtype: 'float32', shape: [batch, side, side, network.embedding] },
    },
    run({ images, classes, embedding }, state) {
      const pruned = prunedTeacher(network, state, prunedStatistics, images as tf.Tensor4D);
      const { labels } = pseudoLabels(resizeBilinear(pruned.logits, [crop, crop]));
      return {
        outputs: { prunedClasses: labels, similarity: survival(doubt, embedding as tf.Tensor4D, pruned, classes as tf.Tensor3D) },
      };
    },
  };
}
