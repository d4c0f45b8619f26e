import * as tf from '@tensorflow/tfjs-core';
import type { Entry, Tensors } from '../compile/program';
import { momentumStep } from '../core/momentum';
import { supervisedLoss } from '../core/supervised';
import type { Network } from '../model/network';
import { crossEntropy } from '../ops/cross-entropy';
import { resizeBilinear } from '../ops/resize-bilinear';
import { splitAt } from '../ops/split-at';
import { gradientsOf } from './gradients';
import { learn, type Lesson, teach } from './lesson';
import { averageTeacher, followStatistics, pairs } from './updates';
import type { Method } from '../methods/method';
import type { PrunedStatistics } from '../pruning/pruned-teacher';
import { isTrained, lookupIn, stateName, tensorIn } from '../checkpoint/state';
import { semiSupervisedInputs, type StepShape, supervisedInputs } from './step-inputs';

/** What of the settings is fixed in a step; all that varies from step to step is an input. */
export interface StepSettings extends StepShape {
  readonly momentum: number;
  readonly weightDecay: number;
  /** τ of Eq. 9. */
  readonly tau: number;
  readonly prunedStatistics: PrunedStatistics;
}

/**
 * One training step: the teachers' lesson on the unlabelled images, the student's losses and gradients (Eq. 1), SGD, EMA (Eq. 3).
 * @param method null trains on the labelled images alone
 * @returns an entry whose outputs are scalars: `loss`, `sup`, and with a method `cons`, `cont` and the lesson's metrics
 */
export function trainStep(network: Network, method: Method | null, settings: StepSettings): Entry {
  return {
    inputs: method ? semiSupervisedInputs(settings, network.classes) : supervisedInputs(settings),
    run(inputs, state) {
      const lesson = method && teach(network, method, settings.prunedStatistics, inputs, state);
      const { gradients, statistics, losses } = study(network, settings, lesson, inputs, state);
      const student = { ...descend(network, settings, gradients, inputs, state), ...followStatistics(network, statistics, state) };
      return {
        outputs: { ...losses, ...lesson?.metrics },
        updates: { ...student, ...averageTeacher(network.specs, student, inputs, state) },
      };
    },
  };
}

/** The student's losses, their gradients by variable, and its batch statistics by variable. */
function study(
  network: Network,
  settings: StepSettings,
  lesson: Lesson | null,
  inputs: Tensors,
  state: Tensors,
): { gradients: Map<string, tf.Tensor>; statistics: Map<string, tf.Tensor>; losses: Tensors } {
  const names = network.specs.filter(isTrained).map(({ name }) => name);
  const student = lookupIn(state, 'student');
  const seen: string[] = [];
  const outputs = lesson ? ['loss', 'sup', 'cons', 'cont'] : ['loss', 'sup'];
  const { gradients, values } = gradientsOf(() => {
    const statistics: tf.Tensor[] = [];
    const labelled = tensorIn(inputs, 'images') as tf.Tensor4D;
    const x = lesson ? tf.concat([labelled, tensorIn(inputs, 'strong') as tf.Tensor4D]) : labelled;
    const output = network.forward(student, x, {
      kind: 'train',
      onStatistics(layer, mean, variance) {
        seen.push(`${layer}.mean`, `${layer}.variance`);
        statistics.push(mean, variance);
      },
    });
    const logits = resizeBilinear(output.logits, [settings.crop, settings.crop]);
    const labels = tensorIn(inputs, 'labels') as tf.Tensor3D;
    if (!lesson) {
      const sup = supervisedLoss(crossEntropy(logits, labels), labels);
      return [sup, sup, ...statistics];
    }
    // One kernel for labelled and unlabelled images; they part where a pixel is a single number.
    const [ours, theirs] = splitAt(crossEntropy(logits, tf.concat([labels, lesson.mixed.labels])), settings.batch);
    const sup = supervisedLoss(ours, labels);
    const sizes = { classes: logits.shape[3], tau: settings.tau };
    const { cons, cont } = learn(lesson, theirs, splitAt(output.embedding, settings.batch)[1], inputs, sizes);
    const weighted = tf.add(tf.mul(cons, tensorIn(inputs, 'lambdaCons')), tf.mul(cont, tensorIn(inputs, 'lambdaCont')));
    return [tf.add(sup, weighted), sup, cons, cont, ...statistics];
  }, names.map(student));
  return {
    gradients: pairs(names, gradients),
    statistics: pairs(seen, values.slice(outputs.length)),
    losses: Object.fromEntries(pairs(outputs, values)),
  };
}

/** SGD on every variable that the loss depends on. */
function descend(
  { specs }: Network,
  settings: StepSettings,
  gradients: ReadonlyMap<string, tf.Tensor>,
  inputs: Tensors,
  state: Tensors,
): Tensors {
  const { momentum, weightDecay } = settings;
  const updates: Record<string, tf.Tensor> = {};
  for (const { name, part } of specs) {
    const gradient = gradients.get(name);
    if (!gradient) continue;
    const rate = tensorIn(inputs, part === 'backbone' ? 'lrBackbone' : 'lrHead') as tf.Scalar;
    const [studentName, velocityName] = [stateName('student', name), stateName('velocity', name)];
    const moved = momentumStep(tensorIn(state, studentName), tensorIn(state, velocityName), gradient, { rate, momentum, weightDecay });
    updates[studentName] = moved.parameter;
    updates[velocityName] = moved.velocity;
  }
  return updates;
}
