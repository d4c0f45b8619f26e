import type * as tf from '@tensorflow/tfjs-core';
import type { Output } from '../model/network';

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

/** A way of learning from the unlabelled images: it says which pseudo-labels to trust. All else is shared. */
export interface Method {
  /** Whether it asks the pruned teacher, which is then made anew every epoch. */
  readonly prunes: boolean;
  readonly trust: (teaching: Teaching) => Trust;
}
