import type { Values } from '../compile/program';
import type { VariableSpec } from '../model/network';
import type { StoredTensor } from '../model/weights/safetensors';
import type { PrunedStatistics } from '../run/pruned-teacher';
import { isStatistic, type Role, stateName } from '../run/state';

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * State of the prediction program, from the state of a training.
 * @param network whose variables predict
 * @param pruned how the pruned teacher normalises; null leaves it out
 * @throws Error when a variable is missing
 */
export function predictionState(
  specs: readonly VariableSpec[],
  tensors: Tensors,
  network: 'student' | 'teacher',
  pruned: PrunedStatistics | null,
): Record<string, Values> {
  const entries = specs.flatMap((spec) => {
    const own = [stateName('teacher', spec.name), read(tensors, network, spec)] as const;
    return pruned === null ? [own] : [own, [stateName('pruned', spec.name), prunedValues(tensors, spec, pruned)] as const];
  });
  return Object.fromEntries(entries);
}

/** A variable of the pruned teacher M ∘ θ̂: its own statistics, or the teacher's value times the mask. */
function prunedValues(tensors: Tensors, spec: VariableSpec, statistics: PrunedStatistics): Float32Array {
  if (statistics === 'recalibrated' && isStatistic(spec)) return read(tensors, 'pruned', spec);
  const values = read(tensors, 'teacher', spec);
  const mask = tensors.get(stateName('mask', spec.name));
  return mask ? values.map((value, i) => value * mask.values[i]!) : values;
}

function read(tensors: Tensors, role: Role, { name }: VariableSpec): Float32Array {
  const tensor = tensors.get(stateName(role, name));
  if (!tensor) throw new Error(`The checkpoint has no ${stateName(role, name)}`);
  return tensor.values;
}
