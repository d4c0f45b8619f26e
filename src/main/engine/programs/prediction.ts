import * as tf from '@tensorflow/tfjs-core';
import { EMBEDDING } from '@shared/run';
import type { Entry, Program, Tensors } from '../compile/program';
import { fittedConfidence, type FittedConfidence } from '../core/fitted-confidence';
import { relativeConfidence, type ScoreScale } from '../core/score-scale';
import type { Network } from '../model/network';
import type { Normalisation } from '../model/backbones/description';
import { l2Normalise } from '../ops/l2-normalise';
import { resizeBilinear } from '../ops/resize-bilinear';
import { type Doubt, survival } from '../pruning/doubt';
import { type PrunedStatistics, prunedTeacher, recalibration } from '../pruning/pruned-teacher';
import { lookupIn, type Role, type Scope, stateSpecs } from '../checkpoint/state';
import { projection } from './projection';
import { BATCH, entryName, type Shape } from './shape';

/** The pruned teacher that predicts beside the teacher. */
export interface PrunedTeacher {
  readonly scope: Scope;
  readonly statistics: PrunedStatistics;
  readonly doubt: Doubt;
  /** Where it is to be judged under masks of its own: shape of a batch of weak views [n, H, W, 3] to re-estimate its statistics from. */
  readonly views: readonly [number, number, number, number] | null;
}

/** What is told of pseudo-labels beside their classes. */
export interface Scoring {
  /** Null leaves the pruned teacher out. */
  readonly pruned: PrunedTeacher | null;
  /** What the scores are scaled by, as they were in training: p̃ and d come out as a_k p̃ and d^c. Null: not at all. */
  readonly scale: ScoreScale | null;
  /** What takes the place of p̃; null: nothing does. */
  readonly confidence: FittedConfidence | null;
}

/**
 * Prediction of {@link BATCH} images at once: an entry for each shape, and `recalibrate` (see {@link recalibration}) where there are views.
 * The state is that part of a training's state which predicts.
 */
export function predictionProgram(network: Network, normalisation: Normalisation, scoring: Scoring, shapes: readonly Shape[]): Program {
  const { pruned } = scoring;
  const roles: readonly Role[] = pruned === null ? ['teacher'] : ['teacher', 'mask', 'pruned'];
  const entries = shapes.map((shape) => [entryName(shape), predict(network, normalisation, scoring, shape)] as const);
  return {
    state: stateSpecs(network, pruned?.scope ?? 'backbone', roles),
    entries: { ...Object.fromEntries(entries), ...(pruned?.views && { recalibrate: recalibration(network, pruned.views) }) },
  };
}

/**
 * Input `image`: RGB, 0…255, [n, H, W, 3]. Outputs [n, H, W]: `classes`, `confidence`, p̃ or what is fitted in its place, and then `probability`, p̃; with a pruned teacher `similarity` d, both
 * scaled (see {@link Scoring}), and
 * its `prunedClasses` where there are views. Output `embedding`: the teacher's, projected, [n, h, w, channels].
 */
function predict(
  network: Network,
  { mean, deviation }: Normalisation,
  { pruned, scale, confidence: fitted }: Scoring,
  shape: Shape,
): Entry {
  return {
    inputs: { image: { dtype: 'float32', shape: [BATCH, ...shape, 3] } },
    run({ image }, state): { outputs: Tensors } {
      const x = tf.div<tf.Tensor4D>(tf.sub(image!, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
      const teacher = network.forward(lookupIn(state, 'teacher'), x, { kind: 'infer' });
      const probabilities = tf.softmax(resizeBilinear(teacher.logits, shape));
      const labels = tf.argMax<tf.Tensor3D>(probabilities, 3);
      const literal = tf.max<tf.Tensor3D>(probabilities, 3);
      const scaled = scale ? relativeConfidence(literal, labels, tf.tensor1d([...scale.classes])) : literal;
      const outputs = {
        classes: labels,
        confidence: fitted ? fittedConfidence(fitted, probabilities, labels) : scaled,
        ...(fitted && { probability: literal }),
        embedding: projected(teacher.embedding),
      };
      if (pruned === null) return { outputs };
      const other = prunedTeacher(network, state, pruned.statistics, x);
      const d = survival(pruned.doubt, teacher.embedding, other, labels);
      const similarity = scale ? tf.pow(d, scale.beta) : d;
      if (pruned.views === null) return { outputs: { ...outputs, similarity } };
      return { outputs: { ...outputs, similarity, prunedClasses: tf.argMax(resizeBilinear(other.logits, shape), 3) } };
    },
  };
}

/** The embedding at unit length, projected on the few directions that are kept. */
function projected(embedding: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, size] = embedding.shape;
  const unit = tf.reshape(l2Normalise(embedding), [n * height * width, size]);
  const directions = tf.tensor2d(projection(size), [size, EMBEDDING.channels]);
  return tf.reshape(tf.matMul(unit, directions), [n, height, width, EMBEDDING.channels]);
}
