import type { Specs, Values } from '../compile/program';
import type { StoredTensor } from '../model/weights/safetensors';

/**
 * State of the prediction program, from the state of a training.
 * @param wanted the program's state
 * @param network whose variables stand in the teacher's place
 * @throws Error when a variable is missing
 */
export function predictionState(
  wanted: Specs,
  tensors: ReadonlyMap<string, StoredTensor>,
  network: 'student' | 'teacher',
): Record<string, Values> {
  const entries = Object.keys(wanted).map((name) => {
    const source = name.replace(/^teacher\//, `${network}/`);
    const tensor = tensors.get(source);
    if (!tensor) throw new Error(`The checkpoint has no ${source}`);
    return [name, tensor.values] as const;
  });
  return Object.fromEntries(entries);
}
