import * as tf from '@tensorflow/tfjs-core';
import { BEST_VIEWS, type ImageView } from '@shared/best-masks';
import { CELL, EMBEDDING } from '@shared/run';
import type { Entry, Program, Tensors } from '../compile/program';
import { fittedConfidence, type FittedConfidence } from '../core/fitted-confidence';
import { agreed } from '../core/pseudo-labels';
import { relativeConfidence, type ScoreScale } from '../core/score-scale';
import type { Lookup, Network } from '../model/network';
import type { BackboneDescription, BackboneInput } from '../model/backbones/description';
import { resizeBilinear } from '../ops/resize-bilinear';
import { resized } from '../ops/resized';
import { type Doubt, survival } from '../pruning/doubt';
import { type PrunedStatistics, prunedTeacher, recalibration } from '../pruning/pruned-teacher';
import { lookupIn, type Role, type Scope, stateSpecs } from '../checkpoint/state';
import { normalised } from './normalised';
import { projection } from './projection';
import { entryName, type Shape } from './shape';

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
  /** Side of an image as the network looks at it, over its own; 1 where there is a pruned teacher. */
  readonly viewScale: number;
  /** Whether images are looked at mirrored and at several sizes as well, see `best-masks.ts`. */
  readonly best: boolean;
}

/** Images of one call: one where it is looked at several times or enlarged. */
export const batchOf = ({ viewScale, best }: Pick<Scoring, 'viewScale' | 'best'>, { atOnce }: BackboneInput): number =>
  best || viewScale > 1 ? 1 : atOnce;

/** What of a backbone's description predictions are made with. */
export type Seen = Pick<BackboneDescription, 'normalisation' | 'input'>;

/**
 * Prediction of {@link batchOf} images at once: an entry for each shape, and `recalibrate` (see {@link recalibration}) where there are views.
 * The state is that part of a training's state which predicts.
 */
export function predictionProgram(network: Network, seen: Seen, scoring: Scoring, shapes: readonly Shape[]): Program {
  const { pruned } = scoring;
  const roles: readonly Role[] = pruned === null ? ['teacher'] : ['teacher', 'mask', 'pruned'];
  const entries = shapes.map((shape) => [entryName(shape), predict(network, seen, scoring, shape)] as const);
  return {
    state: stateSpecs(network, pruned?.scope ?? 'backbone', roles),
    entries: { ...Object.fromEntries(entries), ...(pruned?.views && { recalibrate: recalibration(network, pruned.views) }) },
  };
}

/**
 * Input `image`: RGB, 0…255, [n, H, W, 3]. Outputs [n, H, W]: `classes`; `confidence`, p̃ or what is fitted in its place, and then `probability`, p̃;
 * with a pruned teacher `similarity` d, both scaled (see {@link Scoring}), and its `prunedClasses` where there are views. Output `embedding`: the teacher's, projected, [n, h, w, channels].
 */
function predict(network: Network, { normalisation, input }: Seen, scoring: Scoring, shape: Shape): Entry {
  const { pruned, scale, confidence: fitted, viewScale, best } = scoring;
  return {
    inputs: { image: { dtype: 'float32', shape: [batchOf(scoring, input), ...shape, 3] } },
    run({ image }, state): { outputs: Tensors } {
      const x = normalised(image!, normalisation);
      const look = (view: ImageView): ReturnType<typeof looked> => looked(network, lookupIn(state, 'teacher'), x, view, input);
      const own = look({ scale: viewScale, mirrored: false });
      const others = best ? BEST_VIEWS.map(({ scale, mirrored }) => look({ scale: scale * viewScale, mirrored }).probabilities) : [];
      const { probabilities, confidence: literal, labels } = agreed([own.probabilities, ...others]);
      const scaled = scale ? relativeConfidence(literal, labels, tf.tensor1d([...scale.classes])) : literal;
      const outputs = {
        classes: labels,
        confidence: fitted ? fittedConfidence(fitted, probabilities, labels) : scaled,
        ...(fitted && { probability: literal }),
        embedding: projected(own.embedding),
      };
      if (pruned === null) return { outputs };
      const other = prunedTeacher(network, state, pruned.statistics, x);
      const d = survival(pruned.doubt, own.embedding, other, labels);
      const similarity = scale ? tf.pow(d, scale.beta) : d;
      if (pruned.views === null) return { outputs: { ...outputs, similarity } };
      return { outputs: { ...outputs, similarity, prunedClasses: tf.argMax(resizeBilinear(other.logits, shape), 3) } };
    },
  };
}

/**
 * What a network says of images in a view of them, mirrored and sized back.
 * @param x normalised images, [n, H, W, 3]
 * @returns probabilities, [n, H, W, K], and the embedding at the cells of the images
 */
function looked(
  network: Network,
  lookup: Lookup,
  x: tf.Tensor4D,
  { scale, mirrored }: ImageView,
  { multiple }: BackboneInput,
): { probabilities: tf.Tensor4D; embedding: tf.Tensor4D } {
  const shape = [x.shape[1], x.shape[2]] as const;
  const mirror = (maps: tf.Tensor4D): tf.Tensor4D => (mirrored ? tf.reverse(maps, 2) : maps);
  const sideAt = (side: number): number => Math.max(1, Math.round((side * scale) / multiple)) * multiple;
  const sized = scale === 1 ? x : resized(x, [sideAt(shape[0]), sideAt(shape[1])]);
  const { logits, embedding } = network.forward(lookup, mirror(sized), { kind: 'infer' });
  const cells = [Math.ceil(shape[0] / CELL), Math.ceil(shape[1] / CELL)] as const;
  const isThere = scale === 1 && network.stride === CELL;
  return {
    probabilities: mirror(tf.softmax(resizeBilinear(logits, shape))),
    embedding: mirror(isThere ? embedding : resizeBilinear(embedding, cells)),
  };
}

/** Keeps embeddings of zeros, which have no direction, at zero. */
const SHORTEST = 1e-12;

/** The embedding at unit length, projected on the few directions that are kept. */
function projected(embedding: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, size] = embedding.shape;
  const flat = tf.reshape<tf.Rank.R2>(embedding, [n * height * width, size]);
  const directions = tf.tensor2d(projection(size), [size, EMBEDDING.channels]);
  // The few projected numbers are divided by the length, rather than the many before.
  const lengths = tf.sqrt(tf.sum(tf.square(flat), 1, true));
  const units = tf.div(tf.matMul(flat, directions), tf.maximum(lengths, SHORTEST));
  return tf.reshape(units, [n, height, width, EMBEDDING.channels]);
}
