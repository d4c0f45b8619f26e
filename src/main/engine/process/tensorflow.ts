import { availableParallelism } from 'node:os';
import util from 'node:util';
import type * as tf from '@tensorflow/tfjs-node-gpu';

export type TensorFlow = typeof tf;

/** An attribute as the native binding takes it; `type` is a TF_AttrType. */
export interface BindingAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | object | string | number[];
}

/** A tensor the binding holds; `dtype` is a TF_DataType. */
export interface BindingTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

export type BindingValues = Float32Array | Int32Array | Uint8Array;

/** The calls of tfjs-node's native binding that this project uses itself. */
export interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
  /** Tensors created and not yet deleted. */
  getNumOfTensors(): number;
  createTensor(shape: number[], dtype: number, values: BindingValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): BindingValues;
  executeOp(name: string, attributes: BindingAttribute[], inputs: number[], outputs: number): BindingTensor[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): BindingTensor[];
}

/** TensorFlow's backend with its native binding, which a recorder may replace. */
export interface Backend {
  binding: Binding;
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(tensor: BindingTensor): tf.Tensor;
}

/**
 * Loads TensorFlow; the first call takes about a second, and decides how many threads a kernel may use.
 * @param threads 0: as many as the environment says, else one for each core
 * @throws Error when the native library has not been set up
 */
export async function loadTensorFlow(threads = 0): Promise<TensorFlow> {
  if (threads > 0) process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // oneDNN is off by default on some processors, and only its depthwise kernel heeds a dilation.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  // Without it TensorFlow takes all memory of a GPU at once, also from a second process.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  // The package still calls this function, which Node 23 removed.
  if (!('isNullOrUndefined' in util)) Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const module = await import('@tensorflow/tfjs-node-gpu');
  return 'default' in module ? (module.default as TensorFlow) : module;
}

/** Threads that a kernel may use. */
export function kernelThreads(): number {
  return Number(process.env['TF_NUM_INTRAOP_THREADS']) || availableParallelism();
}

/** The active backend. @throws Error when it is not TensorFlow's. */
export function tensorFlowBackend(tf: { backend(): object; getBackend(): string }): Backend {
  const backend = tf.backend();
  if (!isBackend(backend)) throw new Error(`TensorFlow's backend is needed, but ${tf.getBackend()} is active`);
  return backend;
}

function isBackend(backend: object): backend is Backend {
  return 'binding' in backend && 'getInputTensorIds' in backend && 'createOutputTensor' in backend;
}
