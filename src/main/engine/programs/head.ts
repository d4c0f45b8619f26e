import * as tf from '@tensorflow/tfjs-core';
import { lookupIn, stateSpecs, tensorIn } from '../checkpoint/state';
import type { Entry, Program, Specs, Tensors } from '../compile/program';
import { ADAMW_MOMENTS, adamW } from '../core/adamw';
import { consistencyLoss } from '../core/consistency';
import { agreed } from '../core/pseudo-labels';
import { indicator } from '../core/refine';
import { supervisedLoss } from '../core/supervised';
import type { LearningMethod } from '../methods/method';
import type { Lookup, Mode, Output } from '../model/network';
import { crossEntropy } from '../ops/cross-entropy';
import { seededNormal } from '../ops/random';
import { dropout } from './dropout';
import { learningStep } from './learning';
import type { HeadNetwork } from '../model/head-network';

/** What of the settings is fixed in a step of a head. */
export interface HeadSettings {
  /** Labelled pixels of a step, and unlabelled ones. */
  readonly pixels: number;
  readonly weightDecay: number;
}

/** Deviation of the noise on the features, the components of standardised ones, weak and strong. */
const WEAK_NOISE = 0.1;
const STRONG_NOISE = 0.3;
/** Pixels that a network is asked about at once. */
export const ASKED = 2048;

const SCALAR = { dtype: 'float32', shape: [] } as const;

/**
 * Trains a head on single pixels. Entries: `supervised`, a step on labelled pixels alone; `step`, one with a
 * method; `student` and `teacher`, what they say of pixels.
 * @param method null for supervised training, which has no `step`
 */
export function headProgram(network: HeadNetwork, method: LearningMethod | null, settings: HeadSettings): Program {
  return {
    state: headState(network),
    entries: {
      supervised: headStep(network, null, settings),
      ...(method && { step: headStep(network, method, settings) }),
      student: answers(network, 'student'),
      teacher: answers(network, 'teacher'),
    },
  };
}

/** The state of a head's training: variables, and the moments of those that are trained. */
export function headState(network: HeadNetwork): Specs {
  return stateSpecs(network, 'backbone', ['student', 'teacher', ...ADAMW_MOMENTS]);
}

function headStep(network: HeadNetwork, method: LearningMethod | null, settings: HeadSettings): Entry {
  const { pixels } = settings;
  const features = { dtype: 'float32', shape: [pixels, network.inputs] } as const;
  const common: Specs = {
    features,
    labels: { dtype: 'int32', shape: [pixels] },
    seed: { dtype: 'int32', shape: [2] },
    rate: SCALAR,
    first: SCALAR,
    second: SCALAR,
    emaAlpha: SCALAR,
  };
  return {
    inputs: method
      ? {
          ...common,
          unlabelled: features,
          beside: features,
          rejected: { dtype: 'int32', shape: [pixels] },
          gamma: SCALAR,
          beta: SCALAR,
          lambdaCons: SCALAR,
        }
      : common,
    run(inputs, state) {
      const lesson = method && teach(network, method, inputs, state);
      const scalar = (name: string): tf.Scalar => tensorIn(inputs, name) as tf.Scalar;
      const rates = { rate: scalar('rate'), first: scalar('first'), second: scalar('second') };
      const { losses, updates } = learningStep(
        {
          network,
          optimiser: adamW(settings),
          ratesOf: () => rates,
          mode: () => ({ kind: 'tune', between: (hidden) => dropout(hidden, apart(inputs, 2)) }),
          losses: (student, mode) => study(network, settings, lesson, inputs, student, mode),
        },
        inputs,
        state,
      );
      return { outputs: { ...losses, ...lesson?.metrics }, updates };
    },
  };
}

interface Lesson {
  /** Pseudo-labels, int32 [1, M, 1], and ω. */
  readonly labels: tf.Tensor3D;
  readonly keep: tf.Tensor3D;
  readonly metrics: Tensors;
}

/** The teacher on two views of the unlabelled pixels as they are, and the method's trust in each. No gradient flows here. */
function teach(network: HeadNetwork, method: LearningMethod, inputs: Tensors, state: Tensors): Lesson {
  const gamma = tensorIn(inputs, 'gamma') as tf.Scalar;
  const views = ['unlabelled', 'beside'].map((name) => tensorIn(inputs, name) as tf.Tensor2D);
  const [teacher, beside] = views.map((view) => network.forward(lookupIn(state, 'teacher'), view, { kind: 'infer' })) as [Output, Output];
  const { confidence, labels } = agreed([tf.softmax(teacher.logits), tf.softmax(beside.logits)]);
  const pruned = (): never => {
    throw new Error('a head on cached features has no pruned teacher');
  };
  const { score } = method.trust({ confidence, labels, teacher, pruned, beta: tensorIn(inputs, 'beta') as tf.Scalar });
  const allowed = tf.cast(tf.notEqual(labels, tf.reshape(tensorIn(inputs, 'rejected'), labels.shape)), 'float32');
  const keep = tf.mul<tf.Tensor3D>(indicator(score, gamma), allowed);
  const metrics = { keptByConfidence: tf.mean(indicator(confidence, gamma)), kept: tf.mean(keep), score: tf.mean(score) };
  return { labels, keep, metrics };
}

/** Tells the random numbers of one purpose in a step from those of another. */
function apart(inputs: Tensors, purpose: number): tf.Tensor1D {
  return tf.add(tensorIn(inputs, 'seed') as tf.Tensor1D, tf.tensor1d([purpose, 0], 'int32'));
}

/** The student's losses on noisy features. */
function study(
  network: HeadNetwork,
  { pixels }: HeadSettings,
  lesson: Lesson | null,
  inputs: Tensors,
  student: Lookup,
  mode: Mode,
): Readonly<Record<'loss' | 'sup', tf.Scalar> & Partial<Record<'cons', tf.Scalar>>> {
  const noisy = (name: string, deviation: number, purpose: number): tf.Tensor2D => {
    const clean = tensorIn(inputs, name) as tf.Tensor2D;
    return tf.add(clean, tf.mul(seededNormal<tf.Rank.R2>(clean.shape, apart(inputs, purpose)), deviation));
  };
  const labelled = noisy('features', WEAK_NOISE, 0);
  const x = lesson ? tf.concat([labelled, noisy('unlabelled', STRONG_NOISE, 1)]) : labelled;
  const { logits } = network.forward(student, x, mode);
  const labels = tf.reshape(tensorIn(inputs, 'labels'), [1, pixels, 1]) as tf.Tensor3D;
  if (!lesson) {
    const sup = supervisedLoss(crossEntropy(logits, labels), labels);
    return { loss: sup, sup };
  }
  const entropy = crossEntropy(logits, tf.concat([labels, lesson.labels], 1));
  const [ours, theirs] = [tf.slice(entropy, [0, 0, 0], [1, pixels, 1]), tf.slice(entropy, [0, pixels, 0], [1, pixels, 1])];
  const sup = supervisedLoss(ours, labels);
  const cons = consistencyLoss(theirs, lesson.keep, tf.onesLike(theirs));
  return { loss: tf.add(sup, tf.mul(cons, tensorIn(inputs, 'lambdaCons'))), sup, cons };
}

/** Input `features`, [ASKED, D]. Output `logits`, [ASKED, K]. */
function answers(network: HeadNetwork, role: 'student' | 'teacher'): Entry {
  return {
    inputs: { features: { dtype: 'float32', shape: [ASKED, network.inputs] } },
    run({ features }, state): { outputs: Tensors } {
      const { logits } = network.forward(lookupIn(state, role), features as tf.Tensor2D, { kind: 'infer' });
      return { outputs: { logits: tf.reshape(logits, [ASKED, network.classes]) } };
    },
  };
}
