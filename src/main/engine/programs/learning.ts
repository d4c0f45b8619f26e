import type * as tf from '@tensorflow/tfjs-core';
import { isTrained, lookupIn, stateName, tensorIn } from '../checkpoint/state';
import type { Tensors } from '../compile/program';
import type { Moment, Moments, Optimiser } from '../core/optimiser';
import type { Lookup, Mode, Network, VariableSpec } from '../model/network';
import { gradientsOf } from './gradients';
import { averageTeacher, followStatistics } from './updates';

type OnStatistics = Extract<Mode, { readonly kind: 'train' }>['onStatistics'];

/** How a student learns in one step. */
export interface Learning<M extends Moment, R> {
  readonly network: Pick<Network, 'specs' | 'batchNormMomentum'>;
  readonly optimiser: Optimiser<M, R>;
  readonly ratesOf: (spec: VariableSpec) => R;
  /** How the student is run. */
  readonly mode: (onStatistics: OnStatistics) => Mode;
  /** What the student is to make small, as `loss`, and what that is made of. */
  readonly losses: (student: Lookup, mode: Mode) => Readonly<Record<'loss', tf.Scalar>> & Readonly<Record<string, tf.Scalar>>;
}

/**
 * One step: the student's losses and their gradients (Eq. 1), a descent of every variable that the loss depends on, running statistics,
 * and the teacher's average (Eq. 3).
 * @param inputs among them `emaAlpha`
 * @returns the losses, and what becomes of the state
 */
export function learningStep<M extends Moment, R>(
  { network, optimiser, ratesOf, mode, losses }: Learning<M, R>,
  inputs: Tensors,
  state: Tensors,
): { losses: Tensors; updates: Tensors } {
  const trained = network.specs.filter(isTrained);
  const student = lookupIn(state, 'student');
  const [told, followed]: [string[], string[]] = [[], []];
  const { gradients, values } = gradientsOf(
    () => {
      const statistics: tf.Tensor[] = [];
      const onStatistics: OnStatistics = (layer, mean, variance) => {
        followed.push(`${layer}.mean`, `${layer}.variance`);
        statistics.push(mean, variance);
      };
      const { loss, ...others } = losses(student, mode(onStatistics));
      told.push('loss', ...Object.keys(others));
      return [loss, ...Object.values(others), ...statistics];
    },
    trained.map(({ name }) => student(name)),
  );

  const updates: Record<string, tf.Tensor> = {};
  trained.forEach((spec, i) => {
    const gradient = gradients[i];
    if (gradient) Object.assign(updates, descend(optimiser, spec.name, gradient, ratesOf(spec), state));
  });
  const statistics = new Map(followed.map((name, i) => [name, values[told.length + i]!]));
  const learnt = { ...updates, ...followStatistics(network, statistics, state) };
  return {
    losses: Object.fromEntries(told.map((name, i) => [name, values[i]!])),
    updates: { ...learnt, ...averageTeacher(network.specs, learnt, inputs, state) },
  };
}

function descend<M extends Moment, R>(
  { moments, update }: Optimiser<M, R>,
  variable: string,
  gradient: tf.Tensor,
  rates: R,
  state: Tensors,
): Tensors {
  const kept = Object.fromEntries(moments.map((moment) => [moment, tensorIn(state, stateName(moment, variable))])) as Moments<M>;
  const moved = update(tensorIn(state, stateName('student', variable)), kept, gradient, rates);
  return {
    [stateName('student', variable)]: moved.parameter,
    ...Object.fromEntries(moments.map((moment) => [stateName(moment, variable), moved.moments[moment]])),
  };
}
