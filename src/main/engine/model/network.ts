import type * as tf from '@tensorflow/tfjs-core';

/** Which of PGCL's functions a variable belongs to: f = backbone + decoder, g = classifier, h = projector. */
export type Part = 'backbone' | 'decoder' | 'classifier' | 'projector';

/**
 * What a variable is. `mean` and `variance` are batch-norm running statistics: averaged by the EMA, never by a gradient; `scale` is what a
 * layer's output is multiplied by, and `embedding` what tokens begin with.
 */
export type Kind = 'kernel' | 'depthwise' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance' | 'scale' | 'embedding';

/** Declaration of one named variable of a network. */
export interface VariableSpec {
  readonly name: string;
  /** Kernels are HWIO, or [I, O] where they are matrices; depthwise kernels are [h, w, C, 1]. */
  readonly shape: readonly number[];
  readonly kind: Kind;
  readonly part: Part;
}

/** Gives the current tensor of a named variable: the student's, the teacher's, or the pruned teacher's (masked) one. */
export type Lookup = (name: string) => tf.Tensor;

/**
 * How batch normalisation behaves: by running statistics, without gradients in `infer` mode and with them in `tune` mode; in `train` mode by
 * those of the batch, which are reported.
 */
export type Mode =
  | { readonly kind: 'infer' }
  | {
      readonly kind: 'tune';
      /** What happens to the features before the classifier. */
      readonly between: (features: tf.Tensor4D) => tf.Tensor4D;
    }
  | {
      readonly kind: 'train';
      /** Called once per batch-norm layer with the batch mean and the unbiased batch variance, each [C]. */
      readonly onStatistics: (layer: string, mean: tf.Tensor1D, variance: tf.Tensor1D) => void;
    };

/** The features that a classifier gets of those that a decoder made. */
export const classified = (mode: Mode, features: tf.Tensor4D): tf.Tensor4D => (mode.kind === 'tune' ? mode.between(features) : features);

/** What one forward pass yields, both at feature resolution [n, h, w, ·]. */
export interface Output {
  /** g(f(x)): class logits, [n, h, w, K]. */
  readonly logits: tf.Tensor4D;
  /** h(f(x)) before its L2 normalisation, which only the pixels that are used need, [n, h, w, E]. */
  readonly embedding: tf.Tensor4D;
}

/** A network is its declarations and a pure forward function; it owns no tensor. */
export interface Network {
  readonly specs: readonly VariableSpec[];
  /** BN running-statistics momentum m: running = (1 − m) running + m batch, per layer name. */
  readonly batchNormMomentum: (layer: string) => number;
  /** Of both outputs: pixels of the image that a cell is wide and high; and E, numbers in an embedding. */
  readonly stride: number;
  readonly embedding: number;
  /** K. */
  readonly classes: number;
  /** @param x normalised image, [n, H, W, 3] float32 */
  forward(lookup: Lookup, x: tf.Tensor4D, mode: Mode): Output;
}
