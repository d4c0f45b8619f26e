import * as tf from '@tensorflow/tfjs-core';
import { entryOf, inputOf, type Program, type Session, sizedSpecs, type Specs, specFor, type Values } from './program';

/** Runs a program operation by operation: slower than a recorded one, the same numbers, and errors point to their line. */
export function runEagerly(program: Program): Session {
  const state = new Map<string, tf.Tensor>();

  function replace(name: string, value: tf.Tensor): void {
    state.get(name)?.dispose();
    state.set(name, tf.keep(value));
  }

  function stateOf(name: string): tf.Tensor {
    const value = state.get(name);
    if (!value) throw new Error(`${name} has not been assigned`);
    return value;
  }

  return {
    assign(values) {
      for (const [name, array] of Object.entries(values)) replace(name, tensorOf(program.state, name, array.slice()));
    },
    read: (names) => Object.fromEntries(names.map((name) => [name, valuesOf(stateOf(name))])),
    call(name, inputs, shapes) {
      const entry = entryOf(program, name);
      const specs = sizedSpecs(entry, shapes);
      return tf.tidy(() => {
        const tensors = Object.fromEntries(Object.keys(specs).map((key) => [key, tensorOf(specs, key, inputOf(inputs, key))]));
        const { outputs, updates = {} } = entry.run(tensors, Object.fromEntries(state));
        const values = Object.fromEntries(Object.entries(outputs).map(([key, output]) => [key, valuesOf(output)]));
        for (const [key, update] of Object.entries(updates)) replace(key, tf.clone(update));
        return values;
      });
    },
    dispose() {
      for (const value of state.values()) value.dispose();
      state.clear();
    },
  };
}

function tensorOf(specs: Specs, name: string, values: Values): tf.Tensor {
  const { dtype, shape } = specFor(specs, name, values);
  return tf.tensor(values, [...shape], dtype);
}

function valuesOf(tensor: tf.Tensor): Values {
  const values = tensor.dataSync();
  return values instanceof Float32Array || values instanceof Int32Array ? values : Int32Array.from(values);
}
