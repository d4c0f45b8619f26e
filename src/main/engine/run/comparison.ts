import * as tf from '@tensorflow/tfjs-core';
import type { Entry } from '../compile/program';
import { pseudoLabels } from '../core/pseudo-labels';
import type { Network, Output } from '../model/network';
import { resizeBilinear } from '../ops/resize-bilinear';
import { type PrunedStatistics, prunedTeacher } from './pruned-teacher';
import { lookupIn } from './state';
import { type StepShape, supervisedInputs } from './step-inputs';

const IGNORE = 255;

/**
 * Teacher and pruned teacher on labelled views.
 * @returns an entry with the inputs `images` and `labels` of a step and scalar outputs: `pixels` labelled, and of them
 *   `teacherRight` and `prunedRight`
 */
export function comparison(network: Network, settings: StepShape & { readonly prunedStatistics: PrunedStatistics }): Entry {
  const { images, labels } = supervisedInputs(settings);
  return {
    inputs: { images: images!, labels: labels! },
    run(inputs, state) {
      const x = inputs.images as tf.Tensor4D;
      const truth = inputs.labels as tf.Tensor3D;
      const labelled = tf.notEqual(truth, tf.scalar(IGNORE, 'int32'));
      const right = ({ logits }: Output): tf.Tensor => {
        const predicted = pseudoLabels(resizeBilinear(logits, [settings.crop, settings.crop])).labels;
        return tf.sum(tf.cast(tf.logicalAnd(labelled, tf.equal(predicted, truth)), 'float32'));
      };
      return {
        outputs: {
          pixels: tf.sum(tf.cast(labelled, 'float32')),
          teacherRight: right(network.forward(lookupIn(state, 'teacher'), x, { kind: 'infer' })),
          prunedRight: right(prunedTeacher(network, state, settings.prunedStatistics, x)),
        },
      };
    },
  };
}
