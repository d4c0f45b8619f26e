import type { Specs, Values } from '../compile/program';
import type { StoredTensor } from '../model/weights/safetensors';

/** Gives values of a training's state by name. */
export type StateReader = (names: readonly string[]) => Readonly<Record<string, Values>>;

/** Reads the state that a checkpoint stored. @throws Error when a variable is missing */
export function storedState(tensors: ReadonlyMap<string, StoredTensor>): StateReader {
  const valuesOf = (name: string): Values => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`The checkpoint has no ${name}`);
    return tensor.values;
  };
  return (names) => Object.fromEntries(names.map((name) => [name, valuesOf(name)]));
}

/**
 * State of the prediction program, from the state of a training.
 * @param wanted the program's state
 * @param network whose variables stand in the teacher's place
 */
export function predictionState(wanted: Specs, network: 'student' | 'teacher', read: StateReader): Record<string, Values> {
  const sourceOf = (name: string): string => name.replace(/^teacher\//, `${network}/`);
  const names = Object.keys(wanted);
  const values = read(names.map(sourceOf));
  return Object.fromEntries(names.map((name) => [name, values[sourceOf(name)]!]));
}
