import * as tf from '@tensorflow/tfjs-core';
import { BEST_SCALES } from '@shared/best-masks';
import { EMBEDDING } from '@shared/run';
import type { Entry, Program, Tensors } from '../compile/program';
import { fittedConfidence, type FittedConfidence } from '../core/fitted-confidence';
import { relativeConfidence, type ScoreScale } from '../core/score-scale';
import type { Lookup, Network } from '../model/network';
import type { Normalisation } from '../model/backbones/description';
import { l2Normalise } from '../ops/l2-normalise';
import { resizeBilinear } from '../ops/resize-bilinear';
import { splitAt } from '../ops/split-at';
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
  /** Whether images are looked at mirrored and at several sizes, see `best-masks.ts`. */
  readonly best: boolean;
}

/** Images of one call: with Best masks one, which is looked at mirrored as well. */
export const batchOf = ({ best }: Pick<Scoring, 'best'>): number => (best ? 1 : BATCH);

/**
 * Prediction of {@link batchOf} images at once: an entry for each shape, and `recalibrate` (see {@link recalibration}) where there are views.
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
 * Input `image`: RGB, 0…255, [n, H, W, 3]. Outputs [n, H, W]: `classes`; `confidence`, p̃ or what is fitted in its place, and then `probability`, p̃;
 * with a pruned teacher `similarity` d, both scaled (see {@link Scoring}), and its `prunedClasses` where there are views. Output `embedding`: the teacher's, projected, [n, h, w, channels].
 */
function predict(network: Network, { mean, deviation }: Normalisation, scoring: Scoring, shape: Shape): Entry {
  const { pruned, scale, confidence: fitted, best } = scoring;
  return {
    inputs: { image: { dtype: 'float32', shape: [batchOf(scoring), ...shape, 3] } },
    run({ image }, state): { outputs: Tensors } {
      const x = tf.div<tf.Tensor4D>(tf.sub(image!, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
      const teacher = network.forward(lookupIn(state, 'teacher'), x, { kind: 'infer' });
      const plain = tf.softmax(resizeBilinear(teacher.logits, shape));
      const probabilities = best ? meanOfViews(network, lookupIn(state, 'teacher'), x, plain) : plain;
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

/**
 * The mean probabilities of images at several sizes, each as it is and mirrored.
 * @param x normalised images, [n, H, W, 3]
 * @param plain what the network says of the images as they are, [n, H, W, K]
 */
function meanOfViews(network: Network, lookup: Lookup, x: tf.Tensor4D, plain: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width] = x.shape;
  const mirror = (images: tf.Tensor4D): tf.Tensor4D => tf.reverse(images, 2);
  const look = (images: tf.Tensor4D): tf.Tensor4D =>
    tf.softmax(resizeBilinear(network.forward(lookup, images, { kind: 'infer' }).logits, [height, width]));
  const sums = BEST_SCALES.map((scale) => {
    if (scale === 1) return tf.add<tf.Tensor4D>(plain, mirror(look(mirror(x))));
    const scaled = resizeBilinear(x, [sideAt(height, scale), sideAt(width, scale)]);
    const [own, mirrored] = splitAt(look(tf.concat([scaled, mirror(scaled)])), n);
    return tf.add<tf.Tensor4D>(own as tf.Tensor4D, mirror(mirrored as tf.Tensor4D));
  });
  return tf.div(tf.addN(sums), 2 * BEST_SCALES.length);
}

/** A side of a shape at another scale: shapes are multiples of 16. */
const sideAt = (side: number, scale: number): number => Math.max(1, Math.round((side * scale) / 16)) * 16;

/** The embedding at unit length, projected on the few directions that are kept. */
function projected(embedding: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, size] = embedding.shape;
  const unit = tf.reshape(l2Normalise(embedding), [n * height * width, size]);
  const directions = tf.tensor2d(projection(size), [size, EMBEDDING.channels]);
  return tf.reshape(tf.matMul(unit, directions), [n, height, width, EMBEDDING.channels]);
}
