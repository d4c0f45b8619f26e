import * as tf from '@tensorflow/tfjs-core';
import { isTrained, lookupIn, type Role, stateName, tensorIn } from '../checkpoint/state';
import type { Entry, Program, Specs, Tensors } from '../compile/program';
import { adamWStep } from '../core/adamw';
import { consistencyLoss } from '../core/consistency';
import { agreedLabels } from '../core/pseudo-labels';
import { indicator } from '../core/refine';
import { supervisedLoss } from '../core/supervised';
import type { Method } from '../methods/method';
import type { Mode, Output } from '../model/network';
import { crossEntropy } from '../ops/cross-entropy';
import { seededNormal, seededUniform } from '../ops/random';
import { gradientsOf } from './gradients';
import { averageTeacher, followStatistics, pairs } from './updates';
import type { HeadNetwork } from '../model/head-network';

/** What of the settings is fixed in a step of a head. */
export interface HeadSettings {
  /** Labelled pixels of a step, and unlabelled ones. */
  readonly pixels: number;
  readonly weightDecay: number;
}

/** Deviation of the noise on the features, the components of standardised ones, weak and strong, and the share of hidden numbers left out. */
const WEAK_NOISE = 0.1;
const STRONG_NOISE = 0.3;
const DROPOUT = 0.3;
/** Pixels that a network is asked about at once. */
export const ASKED = 2048;

const SCALAR = { dtype: 'float32', shape: [] } as const;
const ROLES: readonly Role[] = ['student', 'teacher', 'velocity', 'square'];

/**
 * Trains a head on single pixels. Entries: `supervised`, a step on labelled pixels alone; `step`, one with a
 * method; `student` and `teacher`, what they say of pixels.
 * @param method null for supervised training, which has no `step`
 */
export function headProgram(network: HeadNetwork, method: Method | null, settings: HeadSettings): Program {
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
  return Object.fromEntries(
    ROLES.flatMap((role) =>
      network.specs
        .filter((spec) => role === 'student' || role === 'teacher' || isTrained(spec))
        .map(({ name, shape }) => [stateName(role, name), { dtype: 'float32', shape }] as const),
    ),
  );
}

function headStep(network: HeadNetwork, method: Method | null, settings: HeadSettings): Entry {
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
      const { gradients, statistics, losses } = study(network, settings, lesson, inputs, state);
      const updates = { ...descend(network, settings, gradients, inputs, state), ...followStatistics(network, statistics, state) };
      return {
        outputs: { ...losses, ...lesson?.metrics },
        updates: { ...updates, ...averageTeacher(network.specs, updates, inputs, state) },
      };
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
function teach(network: HeadNetwork, method: Method, inputs: Tensors, state: Tensors): Lesson {
  const gamma = tensorIn(inputs, 'gamma') as tf.Scalar;
  const views = ['unlabelled', 'beside'].map((name) => tensorIn(inputs, name) as tf.Tensor2D);
  const [teacher, beside] = views.map((view) => network.forward(lookupIn(state, 'teacher'), view, { kind: 'infer' })) as [Output, Output];
  const { confidence, labels } = agreedLabels([teacher.logits, beside.logits]);
  const pruned = (): never => {
    throw new Error('a head on cached features has no pruned teacher');
  };
  const { score } = method.trust({ confidence, labels, teacher, pruned, beta: tensorIn(inputs, 'beta') as tf.Scalar });
  const allowed = tf.cast(tf.notEqual(labels, tf.reshape(tensorIn(inputs, 'rejected'), labels.shape)), 'float32');
  const keep = tf.mul<tf.Tensor3D>(indicator(score, gamma), allowed);
  const metrics = { keptByConfidence: tf.mean(indicator(confidence, gamma)), kept: tf.mean(keep), score: tf.mean(score) };
  return { labels, keep, metrics };
}

function study(
  network: HeadNetwork,
  { pixels }: HeadSettings,
  lesson: Lesson | null,
  inputs: Tensors,
  state: Tensors,
): { gradients: Map<string, tf.Tensor>; statistics: Map<string, tf.Tensor>; losses: Tensors } {
  const names = network.specs.filter(isTrained).map(({ name }) => name);
  const student = lookupIn(state, 'student');
  const seed = tensorIn(inputs, 'seed') as tf.Tensor1D;
  const apart = (purpose: number): tf.Tensor1D => tf.add(seed, tf.tensor1d([purpose, 0], 'int32'));
  const noisy = (name: string, deviation: number, purpose: number): tf.Tensor2D => {
    const clean = tensorIn(inputs, name) as tf.Tensor2D;
    return tf.add(clean, tf.mul(seededNormal<tf.Rank.R2>(clean.shape, apart(purpose)), deviation));
  };
  const dropout = (hidden: tf.Tensor4D): tf.Tensor4D => {
    const kept = tf.cast(tf.greaterEqual(seededUniform<tf.Rank.R4>(hidden.shape, apart(2)), DROPOUT), 'float32');
    return tf.mul(hidden, tf.div(kept, 1 - DROPOUT));
  };
  const seen: string[] = [];
  const outputs = lesson ? ['loss', 'sup', 'cons'] : ['loss', 'sup'];
  const { gradients, values } = gradientsOf(() => {
    const statistics: tf.Tensor[] = [];
    const mode: Mode = {
      kind: 'train',
      onStatistics(layer, mean, variance) {
        seen.push(`${layer}.mean`, `${layer}.variance`);
        statistics.push(mean, variance);
      },
    };
    const labelled = noisy('features', WEAK_NOISE, 0);
    const x = lesson ? tf.concat([labelled, noisy('unlabelled', STRONG_NOISE, 1)]) : labelled;
    const { logits } = network.forward(student, x, mode, dropout);
    const labels = tf.reshape(tensorIn(inputs, 'labels'), [1, pixels, 1]) as tf.Tensor3D;
    if (!lesson) {
      const sup = supervisedLoss(crossEntropy(logits, labels), labels);
      return [sup, sup, ...statistics];
    }
    const entropy = crossEntropy(logits, tf.concat([labels, lesson.labels], 1));
    const [ours, theirs] = [tf.slice(entropy, [0, 0, 0], [1, pixels, 1]), tf.slice(entropy, [0, pixels, 0], [1, pixels, 1])];
    const sup = supervisedLoss(ours, labels);
    const cons = consistencyLoss(theirs, lesson.keep, tf.onesLike(theirs));
    return [tf.add(sup, tf.mul(cons, tensorIn(inputs, 'lambdaCons'))), sup, cons, ...statistics];
  }, names.map(student));
  return {
    gradients: pairs(names, gradients),
    statistics: pairs(seen, values.slice(outputs.length)),
    losses: Object.fromEntries(pairs(outputs, values)),
  };
}

function descend(
  network: HeadNetwork,
  { weightDecay }: HeadSettings,
  gradients: ReadonlyMap<string, tf.Tensor>,
  inputs: Tensors,
  state: Tensors,
): Tensors {
  const [rate, first, second] = ['rate', 'first', 'second'].map((name) => tensorIn(inputs, name) as tf.Scalar) as [
    tf.Scalar,
    tf.Scalar,
    tf.Scalar,
  ];
  const updates: Record<string, tf.Tensor> = {};
  for (const { name } of network.specs) {
    const gradient = gradients.get(name);
    if (!gradient) continue;
    const of = (role: Role): tf.Tensor => tensorIn(state, stateName(role, name));
    const moved = adamWStep(of('student'), of('velocity'), of('square'), gradient, { rate, first, second, weightDecay });
    updates[stateName('student', name)] = moved.parameter;
    updates[stateName('velocity', name)] = moved.velocity;
    updates[stateName('square', name)] = moved.square;
  }
  return updates;
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
