import * as tf from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow kernel; numbers must say whether they are integers or floats. */
export type Attribute =
  | string
  | boolean
  | { readonly int: number | readonly number[] }
  | { readonly float: number }
  | { readonly type: 'float32' | 'int32' | 'bool' };

export type Attributes = Readonly<Record<string, Attribute>>;

/** N tensors. */
type Tensors<N extends number, List extends tf.Tensor[] = []> = List['length'] extends N ? List : Tensors<N, [...List, tf.Tensor]>;

/** What TensorFlow's Node backend has beyond the generic backend: it runs any kernel by name. */
interface KernelRunner {
  readonly isUsingGpuDevice: boolean;
  executeMultipleOutputs(name: string, attributes: object[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

/** Enumerators of TF_AttrType and TF_DataType in TensorFlow's C API. */
const ATTRIBUTE = { string: 0, int: 1, float: 2, bool: 3, type: 4 } as const;
const DATA_TYPE = { float32: 1, int32: 3, bool: 10 } as const;

/**
 * Runs one TensorFlow kernel, without a gradient.
 * @param outputs how many output tensors the kernel has
 * @throws Error when the active backend is not TensorFlow's
 */
export function kernelOutputs<N extends number>(name: string, attributes: Attributes, inputs: tf.Tensor[], outputs: N): Tensors<N> {
  const list = Object.entries(attributes).map(([key, value]) => encode(key, value));
  return runner().executeMultipleOutputs(name, list, inputs, outputs) as Tensors<N>;
}

/** {@link kernelOutputs} for a kernel of one output, typed by its rank. */
export function kernel<R extends tf.Rank = tf.Rank>(name: string, attributes: Attributes, inputs: tf.Tensor[]): tf.Tensor<R> {
  const [output] = kernelOutputs(name, attributes, inputs, 1);
  return output as tf.Tensor<R>;
}

/** Whether kernels run on a GPU: where some do other than on the CPU, and others are the faster ones. */
export function runsOnGpu(): boolean {
  return runner().isUsingGpuDevice;
}

/**
 * Gives `forward` a gradient of its own.
 * @param forward the value, and the tensors its gradient needs
 * @param gradient dL/d(input) for each input, from dy = dL/d(value) and the saved tensors
 */
export function differentiable<R extends tf.Rank, S extends tf.Tensor[]>(
  inputs: tf.Tensor[],
  forward: () => { value: tf.Tensor<R>; saved: [...S] },
  gradient: (dy: tf.Tensor<R>, saved: S) => tf.Tensor[],
): tf.Tensor<R> {
  return tf.customGrad<tf.Tensor<R>>((...args) => {
    const save = args[args.length - 1];
    const { value, saved } = forward();
    if (typeof save === 'function') save(saved);
    return { value, gradFunc: (dy: tf.Tensor<R>, kept: tf.Tensor[]) => gradient(dy, kept as S) };
  })(...inputs);
}

function encode(name: string, value: Attribute): object {
  if (typeof value === 'string') return { name, type: ATTRIBUTE.string, value };
  if (typeof value === 'boolean') return { name, type: ATTRIBUTE.bool, value };
  if ('int' in value) return { name, type: ATTRIBUTE.int, value: value.int };
  if ('float' in value) return { name, type: ATTRIBUTE.float, value: value.float };
  return { name, type: ATTRIBUTE.type, value: DATA_TYPE[value.type] };
}

function runner(): KernelRunner {
  const backend: object = tf.backend();
  if (!isRunner(backend)) throw new Error(`TensorFlow's backend is needed, but ${tf.getBackend()} is active`);
  return backend;
}

function isRunner(backend: object): backend is KernelRunner {
  return 'executeMultipleOutputs' in backend && typeof backend.executeMultipleOutputs === 'function';
}
