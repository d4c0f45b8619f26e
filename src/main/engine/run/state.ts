import type * as tf from '@tensorflow/tfjs-core';
import type { Specs, Tensors } from '../compile/program';
import type { Kind, Lookup, Network, VariableSpec } from '../model/network';

/**
 * The state of a training: each variable of the network, once for each role it has.
 * `student`, `teacher`: θ and θ̂, all variables. `velocity`: SGD's momentum of what is trained. `mask`: M, of the kernels that may
 * be pruned. `pruned`: the pruned teacher's own batch-norm statistics.
 */
export type Role = 'student' | 'teacher' | 'velocity' | 'mask' | 'pruned';

/** Which kernels may be pruned: all before the two heads, or those of the backbone alone. */
export type Scope = 'encoder' | 'backbone';

const STATISTICS: readonly Kind[] = ['mean', 'variance'];
const KERNELS: readonly Kind[] = ['kernel', 'depthwise'];
const ENCODER: readonly VariableSpec['part'][] = ['backbone', 'decoder'];

export function stateName(role: Role, variable: string): string {
  return `${role}/${variable}`;
}

export const isStatistic = ({ kind }: VariableSpec): boolean => STATISTICS.includes(kind);
export const isTrained = (spec: VariableSpec): boolean => !isStatistic(spec);

export function isPrunable({ kind, part }: VariableSpec, scope: Scope): boolean {
  return KERNELS.includes(kind) && (scope === 'backbone' ? part === 'backbone' : ENCODER.includes(part));
}

/** Names and shapes of the whole state. */
export function stateSpecs({ specs }: Network, scope: Scope): Specs {
  const roles: readonly [Role, (spec: VariableSpec) => boolean][] = [
    ['student', () => true],
    ['teacher', () => true],
    ['velocity', isTrained],
    ['mask', (spec) => isPrunable(spec, scope)],
    ['pruned', isStatistic],
  ];
  return Object.fromEntries(
    roles.flatMap(([role, has]) =>
      specs.filter(has).map(({ name, shape }) => [stateName(role, name), { dtype: 'float32', shape }] as const),
    ),
  );
}

/** Reads one role's variables. */
export function lookupIn(state: Tensors, role: Role): Lookup {
  return (variable) => tensorIn(state, stateName(role, variable));
}

/** @throws Error when there is none of the name */
export function tensorIn(tensors: Tensors, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`There is no tensor ${name}`);
  return tensor;
}
