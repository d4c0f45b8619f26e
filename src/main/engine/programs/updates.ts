import * as tf from '@tensorflow/tfjs-core';
import { stateName, tensorIn } from '../checkpoint/state';
import type { Tensors } from '../compile/program';
import { emaUpdate } from '../core/ema';
import type { Network, VariableSpec } from '../model/network';

/** The student's running statistics after a step: (1 − m) running + m batch. @param statistics of the batch, by variable */
export function followStatistics(
  { batchNormMomentum }: Pick<Network, 'batchNormMomentum'>,
  statistics: ReadonlyMap<string, tf.Tensor>,
  state: Tensors,
): Tensors {
  const entries = Array.from(statistics, ([name, batch]) => {
    const running = stateName('student', name);
    const momentum = batchNormMomentum(name.slice(0, name.lastIndexOf('.')));
    const before = tensorIn(state, running);
    return [running, tf.sub(before, tf.mul(tf.sub(before, batch), momentum))] as const;
  });
  return Object.fromEntries(entries);
}

/** Eq. 3 on the teacher's variables. @param student what became of the student's in the step */
export function averageTeacher(specs: readonly VariableSpec[], student: Tensors, inputs: Tensors, state: Tensors): Tensors {
  const alpha = tensorIn(inputs, 'emaAlpha') as tf.Scalar;
  const entries = specs.map(({ name }) => {
    const [own, followed] = [stateName('teacher', name), stateName('student', name)];
    return [own, emaUpdate(tensorIn(state, own), student[followed] ?? tensorIn(state, followed), alpha)] as const;
  });
  return Object.fromEntries(entries);
}
