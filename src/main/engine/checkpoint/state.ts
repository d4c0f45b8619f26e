import type * as tf from '@tensorflow/tfjs-core';
import type { Specs, Tensors } from '../compile/program';
import type { Moment } from '../core/optimiser';
import type { StoredTensor } from '../model/weights/safetensors';
import type { Kind, Lookup, Network, VariableSpec } from '../model/network';

/**
 * The state of a training: each variable of the network, once for each role it has.
 * `student`, `teacher`: θ and θ̂, all variables. What the optimiser keeps of those that are trained. `mask`: M, of the kernels that may
 * be pruned. `pruned`: the pruned teacher's own batch-norm statistics.
 */
export type Role = 'student' | 'teacher' | Moment | 'mask' | 'pruned';

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

export const ROLES: readonly Role[] = ['student', 'teacher', 'velocity', 'mask', 'pruned'];

/** Names and shapes of the state, whole or of some roles. */
export function stateSpecs({ specs }: Pick<Network, 'specs'>, scope: Scope, roles: readonly Role[] = ROLES): Specs {
  const has: Readonly<Record<Role, (spec: VariableSpec) => boolean>> = {
    student: () => true,
    teacher: () => true,
    velocity: isTrained,
    square: isTrained,
    mask: (spec) => isPrunable(spec, scope),
    pruned: isStatistic,
  };
  return Object.fromEntries(
    roles.flatMap((role) =>
      specs.filter(has[role]).map(({ name, shape }) => [stateName(role, name), { dtype: 'float32', shape }] as const),
    ),
  );
}

/**
 * The state of a training that begins, not to be changed: the teacher is the student, nothing is pruned.
 * @param values of the network's variables by name
 */
export function startingState(
  network: Network,
  scope: Scope,
  values: ReadonlyMap<string, Float32Array>,
  roles: readonly Role[] = ROLES,
): Map<string, StoredTensor> {
  // Variables share what is equal in all: a second network's worth of memory would stay with the process.
  const longest = Math.max(...Array.from(values.values(), ({ length }) => length));
  const [zeros, ones] = [new Float32Array(longest), new Float32Array(longest).fill(1)];
  const initial: Readonly<Record<Role, (value: Float32Array) => Float32Array>> = {
    student: (value) => value,
    teacher: (value) => value,
    velocity: ({ length }) => zeros.subarray(0, length),
    square: ({ length }) => zeros.subarray(0, length),
    mask: ({ length }) => ones.subarray(0, length),
    pruned: (value) => value,
  };
  return new Map(
    Object.entries(stateSpecs(network, scope, roles)).map(([name, { shape }]) => {
      const slash = name.indexOf('/');
      const value = values.get(name.slice(slash + 1));
      if (!value) throw new Error(`${name} has no initial value`);
      return [name, { shape, values: initial[name.slice(0, slash) as Role](value) }];
    }),
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
