import * as tf from '@tensorflow/tfjs-core';
import type { Entry, Tensors } from '../compile/program';
import { supervisedLoss } from '../core/supervised';
import type { Lookup, Mode, Network } from '../model/network';
import { crossEntropy } from '../ops/cross-entropy';
import { resizeBilinear } from '../ops/resize-bilinear';
import { splitAt } from '../ops/split-at';
import { learn, type Lesson, teach } from './lesson';
import { CLASS_WEIGHTS, type Descent } from './descent';
import type { LearningMethod } from '../methods/method';
import type { PrunedStatistics } from '../pruning/pruned-teacher';
import { tensorIn } from '../checkpoint/state';
import { semiSupervisedInputs, type StepShape, supervisedInputs } from './step-inputs';

/** What of the settings is fixed in a step; all that varies from step to step is an input. */
export interface StepSettings extends StepShape {
  /** τ of Eq. 9. */
  readonly tau: number;
  readonly prunedStatistics: PrunedStatistics;
}

/**
 * One training step: the teachers' lesson on the unlabelled images, the student's losses and gradients (Eq. 1), descent, EMA (Eq. 3).
 * @param method null trains on the labelled images alone
 * @returns an entry whose outputs are scalars: `loss`, `sup`, and with a method `cons`, `cont` and the lesson's metrics
 */
export function trainStep(network: Network, method: LearningMethod | null, settings: StepSettings, descent: Descent): Entry {
  return {
    inputs: { ...descent.inputs, ...(method ? semiSupervisedInputs(settings, network.classes) : supervisedInputs(settings)) },
    run(inputs, state) {
      const lesson = method && teach(network, method, settings.prunedStatistics, inputs, state);
      const weights = descent.weighed ? (tensorIn(inputs, CLASS_WEIGHTS) as tf.Tensor1D) : null;
      const losses = (student: Lookup, mode: Mode): Losses => study(network, settings, lesson, weights, inputs, student, mode);
      const taken = descent.step({ network, losses }, inputs, state);
      return { outputs: { ...taken.losses, ...lesson?.metrics }, updates: taken.updates };
    },
  };
}

type Losses = Readonly<Record<'loss' | 'sup', tf.Scalar> & Partial<Record<'cons' | 'cont', tf.Scalar>>>;

/** The student's losses. @param weights of the classes; null: all alike */
function study(
  network: Network,
  settings: StepSettings,
  lesson: Lesson | null,
  weights: tf.Tensor1D | null,
  inputs: Tensors,
  student: Lookup,
  mode: Mode,
): Losses {
  const labelled = tensorIn(inputs, 'images') as tf.Tensor4D;
  const x = lesson ? tf.concat([labelled, tensorIn(inputs, 'strong') as tf.Tensor4D]) : labelled;
  const output = network.forward(student, x, mode);
  const logits = resizeBilinear(output.logits, [settings.crop, settings.crop]);
  const labels = tensorIn(inputs, 'labels') as tf.Tensor3D;
  if (!lesson) {
    const sup = supervisedLoss(crossEntropy(logits, labels), labels, weights);
    return { loss: sup, sup };
  }
  // One kernel for labelled and unlabelled images; they part where a pixel is a single number.
  const [ours, theirs] = splitAt(crossEntropy(logits, tf.concat([labels, lesson.mixed.labels])), settings.batch);
  const sup = supervisedLoss(ours, labels, weights);
  const sizes = { classes: logits.shape[3], tau: settings.tau };
  const { cons, cont } = learn(lesson, theirs, splitAt(output.embedding, settings.batch)[1], weights, inputs, sizes);
  const weighted = tf.add(tf.mul(cons, tensorIn(inputs, 'lambdaCons')), tf.mul(cont, tensorIn(inputs, 'lambdaCont')));
  return { loss: tf.add(sup, weighted), sup, cons, cont };
}
