import * as tf from '@tensorflow/tfjs-core';
import type { Entry, Program, Tensors } from '../compile/program';
import { pseudoLabels } from '../core/pseudo-labels';
import { similarity } from '../core/refine';
import type { Mode, Network, Output } from '../model/network';
import type { Normalisation } from '../model/preprocess';
import { resizeBilinear } from '../ops/resize-bilinear';
import type { PrunedStatistics } from '../run/pruned-teacher';
import { lookupIn, stateName } from '../run/state';
import type { Shape } from './shapes';

export const entryName = ([height, width]: Shape): string => `${height}x${width}`;

/**
 * Prediction of single images, one entry for each shape. State: all variables of the `teacher`, and of the `pruned` teacher with
 * its mask multiplied in.
 * @param pruned how the pruned teacher normalises; null leaves it out
 */
export function predictionProgram(
  network: Network,
  normalisation: Normalisation,
  pruned: PrunedStatistics | null,
  shapes: readonly Shape[],
): Program {
  const roles = pruned === null ? (['teacher'] as const) : (['teacher', 'pruned'] as const);
  const variables = roles.flatMap((role) =>
    network.specs.map(({ name, shape }) => [stateName(role, name), { dtype: 'float32', shape }] as const),
  );
  return {
    state: Object.fromEntries(variables),
    entries: Object.fromEntries(shapes.map((shape) => [entryName(shape), predict(network, normalisation, pruned, shape)])),
  };
}

/** Input `image`: RGB, 0…255, [1, H, W, 3]. Outputs [1, H, W]: `classes`, `confidence` p̃, and with a pruned teacher `similarity` d. */
function predict(network: Network, { mean, deviation }: Normalisation, pruned: PrunedStatistics | null, [height, width]: Shape): Entry {
  return {
    inputs: { image: { dtype: 'float32', shape: [1, height, width, 3] } },
    run({ image }, state): { outputs: Tensors } {
      const x = tf.div<tf.Tensor4D>(tf.sub(image!, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
      const infer: Mode = { kind: 'infer' };
      const teacher = network.forward(lookupIn(state, 'teacher'), x, infer);
      const { confidence, labels } = pseudoLabels(resizeBilinear(teacher.logits, [height, width]));
      const outputs = { classes: labels, confidence };
      if (pruned === null) return { outputs };
      const mode: Mode = pruned === 'batch' ? { kind: 'train', onStatistics: () => undefined } : infer;
      const d = similarityAt([height, width], teacher, network.forward(lookupIn(state, 'pruned'), x, mode));
      return { outputs: { ...outputs, similarity: d } };
    },
  };
}

/** Eq. 4 at image resolution, [n, H, W]. */
function similarityAt(shape: Shape, teacher: Output, pruned: Output): tf.Tensor3D {
  return tf.squeeze<tf.Tensor3D>(resizeBilinear(similarity(teacher.embedding, pruned.embedding), shape), [3]);
}
