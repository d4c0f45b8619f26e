import * as tf from '@tensorflow/tfjs-core';
import { dropUnused } from '../compile/drop-unused';
import { DATA_TYPES, Graph } from '../compile/graph';
import type { Values } from '../compile/program';
import { Recorder } from '../compile/recorder';
import type { Signature } from '../compile/saved-model';
import { tensorFlowBackend } from '../process/tensorflow';
import type { Deployment } from './program';

/** A function as a graph that needs nothing beside itself: what it knows are constants. */
export interface FrozenGraph {
  readonly graph: Graph;
  /** A side that may be any is −1. */
  readonly signature: Signature;
}

/**
 * Freezes a function with the values of its state. What depends on these alone, such as kernels with batch normalisation folded into them, is computed
 * now and kept as it came out. TensorFlow must be loaded.
 */
export function freeze({ state, entry }: Deployment, values: Readonly<Record<string, Values>>): FrozenGraph {
  const backend = tensorFlowBackend(tf);
  const graph = new Graph(false);
  const recorder = new Recorder(backend, graph, 'model', true);
  tf.engine().startScope('freeze');
  try {
    const inputs = Object.entries(entry.inputs).map(([name, { dtype, shape }]) => {
      const free = entry.sized?.includes(name) ? shape.map((side, axis) => (axis === 1 || axis === 2 ? -1 : side)) : shape;
      const edge = graph.add(name, 'Placeholder', [], {
        dtype: { kind: 'type', value: DATA_TYPES[dtype] },
        shape: { kind: 'shape', value: free },
      });
      const tensor = tf.zeros([...shape], dtype);
      recorder.bind(tensor, edge, DATA_TYPES[dtype]);
      return { name, tensor, signature: { edge, dtype: DATA_TYPES[dtype], shape: free } };
    });
    const outputs = recorder.record(() => {
      const tensors = Object.fromEntries(
        Object.entries(state).map(([name, { dtype, shape }]) => [name, tf.tensor(values[name]!, [...shape], dtype)]),
      );
      const result = entry.run(Object.fromEntries(inputs.map(({ name, tensor }) => [name, tensor])), tensors);
      return Object.entries(result.outputs).map(([name, tensor]) => {
        const { edge, dtype } = recorder.edgeOf(tensor);
        const named = graph.add(name, 'Identity', [edge], { T: { kind: 'type', value: dtype } });
        // What comes out has the sizes of what goes in: any.
        return [name, { edge: named, dtype, shape: tensor.shape.map((side, axis) => (axis === 1 || axis === 2 ? -1 : side)) }] as const;
      });
    });
    dropUnused(
      graph.nodes,
      outputs.map(([, { edge }]) => edge.node),
    );
    return {
      graph,
      signature: {
        inputs: Object.fromEntries(inputs.map(({ name, signature }) => [name, signature])),
        outputs: Object.fromEntries(outputs),
      },
    };
  } finally {
    tf.engine().endScope();
  }
}
