import type * as tf from '@tensorflow/tfjs-core';
import type { Role } from '../checkpoint/state';
import type { Entry } from '../compile/program';
import type { Network, Output } from '../model/network';
import type { ComparisonSettings } from '../pruning/comparison';
import type { Renewal, RenewalParts } from './renewal';

/** What the teachers say of the unmixed weak views of n unlabelled images. */
export interface Teaching {
  /** p̃ at image resolution, [n, H, W]; beside what is usual for the class, where the settings want that. */
  readonly confidence: tf.Tensor3D;
  /** The teacher's classes at image resolution, int32 [n, H, W]. */
  readonly labels: tf.Tensor3D;
  /** Of the teacher, at feature resolution. */
  readonly teacher: Output;
  /** Runs the pruned teacher on the same views. */
  readonly pruned: () => Output;
  /** β of this epoch, scalar, scaled where the settings want that. */
  readonly beta: tf.Scalar;
}

/** How far each pseudo-label is to be trusted. */
export interface Trust {
  /** s in [0, 1], [n, H, W]; pixels of s ≥ γ are learnt from. */
  readonly score: tf.Tensor3D;
  /** d in [0, 1], [n, H, W], where the method has one. */
  readonly similarity?: tf.Tensor3D;
}

/** A way of learning from the unlabelled images. Views and losses are the same for all; the rest is the method's own. */
export interface LearningMethod {
  /** Whether it asks a pruned teacher, which then also says at prediction how far each pixel is to be doubted. */
  readonly pruning: boolean;
  /** The roles that a network's variables have in its training besides student, teacher and what the optimiser keeps. */
  readonly roles: readonly Role[];
  /** Which pseudo-labels to trust. */
  readonly trust: (teaching: Teaching) => Trust;
  /** What its work between epochs calls, as entries of the training's program. */
  readonly entries: (network: Network, settings: ComparisonSettings) => Readonly<Record<string, Entry>>;
  /** Its work between epochs; null where it has none. */
  readonly renewal: ((parts: RenewalParts) => Renewal) | null;
}
