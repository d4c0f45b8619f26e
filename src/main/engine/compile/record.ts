import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { tensorFlowBackend } from '../process/tensorflow';
import { delayEarlyWork } from './delay';
import { delayMoves } from './delay-moves';
import { dropUnused } from './drop-unused';
import { type AttributeValue, DATA_TYPES, type Edge, Graph } from './graph';
import { type Manifest, MANIFEST_FILE, MODEL_FILE } from './manifest';
import type { Entry, Program, TensorSpec } from './program';
import { Recorder } from './recorder';
import { edgeName, encodeSavedModel, type Signature, type SignatureTensor } from './saved-model';
import { updateInPlace } from './update-in-place';

interface Variable {
  readonly name: string;
  readonly spec: TensorSpec;
  readonly handle: Edge;
  /** Nodes to fetch so that it is set or read. */
  readonly fetched: readonly string[];
  readonly manifest: Manifest['state'][string];
}

/**
 * Records a program into a folder: a TensorFlow SavedModel, and a manifest with the names of its tensors. Each entry runs
 * once, on zeros; record in a process that ends afterwards, since the memory which that takes is not given back.
 */
export async function record(program: Program, folder: string): Promise<void> {
  const graph = new Graph();
  const variables = Object.entries(program.state).map(([name, spec], i) => addVariable(graph, name, `state/${i}`, spec));
  const signatures: Record<string, Signature> = {};
  const entries: Manifest['entries'] = {};
  const fetched = variables.flatMap(({ fetched }) => fetched);
  Object.entries(program.entries).forEach(([name, entry], i) => {
    const { signature, done } = recordEntry(graph, `entry/${i}`, entry, variables);
    signatures[name] = signature;
    entries[name] = {
      inputs: named(signature.inputs),
      sized: [...(entry.sized ?? [])],
      outputs: named(signature.outputs),
      done: edgeName(done),
    };
    fetched.push(done.node, ...Object.values(signature.outputs).map(({ edge }) => edge.node));
  });
  dropUnused(graph.nodes, fetched);
  delayEarlyWork(graph.nodes);
  delayMoves(graph.nodes);
  updateInPlace(graph.nodes);
  const manifest: Manifest = { state: Object.fromEntries(variables.map(({ name, manifest }) => [name, manifest])), entries };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MODEL_FILE), encodeSavedModel(graph, signatures, tensorFlowBackend(tf).binding.TF_Version));
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
}

/** A variable, with the nodes that set it from outside and read it. */
function addVariable(graph: Graph, name: string, id: string, spec: TensorSpec): Variable {
  const { dtype, shape } = attributesOf(spec);
  const handle = graph.add(id, 'VarHandleOp', [], { dtype, shape, shared_name: { kind: 'string', value: id } });
  const value = graph.add(`${id}/value`, 'Placeholder', [], { dtype, shape });
  // What is fed may share the caller's memory; the variable gets memory of its own.
  const copy = graph.add(`${id}/copy`, 'DeepCopy', [value], { T: dtype });
  const assign = graph.add(`${id}/assign`, 'AssignVariableOp', [handle, copy], { dtype });
  const assigned = addSignal(graph, `${id}/assigned`, [assign.node]);
  const read = graph.add(`${id}/read`, 'ReadVariableOp', [handle], { dtype });
  const manifest = {
    dtype: spec.dtype,
    shape: [...spec.shape],
    value: edgeName(value),
    assigned: edgeName(assigned),
    read: edgeName(read),
  };
  return { name, spec, handle, fetched: [assigned.node, read.node], manifest };
}

/** A tensor to fetch when only the nodes before it matter. */
function addSignal(graph: Graph, name: string, after: string[]): Edge {
  const yes = graph.constant({ dtype: DATA_TYPES.bool, shape: [], content: Uint8Array.of(1) });
  return graph.add(name, 'Identity', [yes], { T: { kind: 'type', value: DATA_TYPES.bool } }, after);
}

/** Runs an entry under a recorder: reads of the variables, its operations, assignments; fetching `done` makes sure of these. */
function recordEntry(graph: Graph, id: string, entry: Entry, variables: readonly Variable[]): { signature: Signature; done: Edge } {
  const recorder = new Recorder(tensorFlowBackend(tf), graph, id);
  return scoped(() => {
    const inputs = Object.entries(entry.inputs).map(([name, spec], i) => {
      const [n, height, width, ...rest] = spec.shape;
      // -1: any.
      const shape = entry.sized?.includes(name) ? [n!, ...[height, width].map(() => -1), ...rest] : spec.shape;
      const edge = graph.add(`${id}/input/${i}`, 'Placeholder', [], attributesOf({ ...spec, shape }));
      return { name, tensor: bindZeros(recorder, spec, edge), signature: signatureTensor(spec, edge) };
    });
    const state = variables.map(({ name, spec, handle }, i) => {
      const edge = graph.add(`${id}/read/${i}`, 'ReadVariableOp', [handle], { dtype: attributesOf(spec).dtype });
      return { name, spec, handle, read: edge, tensor: bindZeros(recorder, spec, edge) };
    });
    return recorder.record(() => {
      const result = entry.run(tensorsOf(inputs), tensorsOf(state));
      const assigned = state.flatMap(({ name, spec, handle, read }, i) => {
        const update = result.updates?.[name];
        if (!update) return [];
        const edge = recorder.edgeOf(checked(name, update, spec)).edge;
        return [graph.add(`${id}/assign/${i}`, 'AssignVariableOp', [handle, edge], { dtype: attributesOf(spec).dtype }, [read.node]).node];
      });
      const outputs = Object.entries(result.outputs).map(([name, tensor], i) => {
        const spec = { dtype: tensor.dtype === 'int32' ? 'int32' : 'float32', shape: tensor.shape } as const;
        const source = recorder.edgeOf(checked(name, tensor, spec)).edge;
        const edge = graph.add(`${id}/output/${i}`, 'Identity', [source], { T: attributesOf(spec).dtype });
        return [name, signatureTensor(spec, edge)] as const;
      });
      const done = addSignal(graph, `${id}/done`, assigned);
      const taken = inputs.map(({ name, signature }) => [name, signature] as const);
      return { signature: { inputs: Object.fromEntries(taken), outputs: Object.fromEntries(outputs) }, done };
    });
  });
}

/** Frees all tensors that `work` made. */
function scoped<T>(work: () => T): T {
  tf.engine().startScope('record');
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

function bindZeros(recorder: Recorder, { dtype, shape }: TensorSpec, edge: Edge): tf.Tensor {
  const tensor = tf.zeros([...shape], dtype);
  recorder.bind(tensor, edge, DATA_TYPES[dtype]);
  return tensor;
}

function tensorsOf(named: readonly { readonly name: string; readonly tensor: tf.Tensor }[]): Record<string, tf.Tensor> {
  return Object.fromEntries(named.map(({ name, tensor }) => [name, tensor]));
}

/** @throws Error when a result is not of the type and shape it must have */
function checked(name: string, tensor: tf.Tensor, { dtype, shape }: TensorSpec): tf.Tensor {
  if (tensor.dtype !== dtype || tensor.shape.join() !== shape.join()) {
    throw new Error(`${name} is ${tensor.dtype} [${tensor.shape.join(', ')}] instead of ${dtype} [${shape.join(', ')}]`);
  }
  return tensor;
}

function attributesOf({ dtype, shape }: TensorSpec): Record<'dtype' | 'shape', AttributeValue> {
  return { dtype: { kind: 'type', value: DATA_TYPES[dtype] }, shape: { kind: 'shape', value: shape } };
}

function signatureTensor({ dtype, shape }: TensorSpec, edge: Edge): SignatureTensor {
  return { edge, dtype: DATA_TYPES[dtype], shape };
}

function named(tensors: Signature['inputs']): Manifest['entries'][string]['inputs'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { edge, dtype, shape }]) => [
      name,
      { dtype: dtype === DATA_TYPES.int32 ? 'int32' : 'float32', shape: [...shape], node: edgeName(edge) },
    ]),
  );
}
