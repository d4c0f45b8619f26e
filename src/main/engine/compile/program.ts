import type * as tf from '@tensorflow/tfjs-core';

export type Values = Float32Array | Int32Array;

/** Values that can only be floats, as all state is. @throws Error when they are not */
export function float32(values: Values): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new Error('floats were expected, and these are integers');
}

/** Element type and shape of a tensor. */
export interface TensorSpec {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

export type Specs = Readonly<Record<string, TensorSpec>>;
export type Tensors = Readonly<Record<string, tf.Tensor>>;

/**
 * A pure function over named tensors. It may read the state and say what becomes of it, but no step of it may depend on a
 * value: the same operations run whatever the numbers are.
 */
export interface Entry {
  readonly inputs: Specs;
  /** Inputs, [n, H, W, C], that may be of another height and width in a call, which says their shape; no step may depend on it. */
  readonly sized?: readonly string[];
  run(
    inputs: Tensors,
    state: Tensors,
  ): {
    readonly outputs: Tensors;
    /** New values of some of the state, each of its shape. */
    readonly updates?: Tensors;
  };
}

/** Functions that share a state, e.g. a training step and the forward passes between epochs. */
export interface Program {
  readonly state: Specs;
  readonly entries: Readonly<Record<string, Entry>>;
}

/** A running program and its state. All calls are synchronous. */
export interface Session {
  /** Sets variables of the state; the arrays are copied. @throws Error for an unknown name or a wrong length */
  assign(values: Readonly<Record<string, Values>>): void;
  /** Copies of variables of the state. @throws Error for one never assigned */
  read(names: readonly string[]): Record<string, Values>;
  /**
   * Runs an entry on all of its inputs, updates the state, returns its outputs.
   * @param shapes of `sized` inputs that have another shape than they were declared with
   */
  call(entry: string, inputs: Readonly<Record<string, Values>>, shapes?: Shapes): Record<string, Values>;
  dispose(): void;
}

/** Shapes by the names of inputs. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Number of elements of a tensor. */
export function sizeOf({ shape }: Pick<TensorSpec, 'shape'>): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** The spec of a name. @throws Error when there is none, or `values` do not fit it */
export function specFor(specs: Specs, name: string, values?: Values): TensorSpec {
  const spec = specs[name];
  if (!spec) throw new Error(`Unknown tensor ${name}`);
  const fits = values === undefined || (values.length === sizeOf(spec) && values instanceof Float32Array === (spec.dtype === 'float32'));
  if (!fits) throw new Error(`${name} must be ${spec.dtype} [${spec.shape.join(', ')}]`);
  return spec;
}

/** The specs of an entry's inputs in a call that gives some of them other shapes. @throws Error for an input that is not `sized` */
export function sizedSpecs({ inputs, sized = [] }: Pick<Entry, 'inputs' | 'sized'>, shapes: Shapes = {}): Specs {
  const resized = Object.entries(shapes).map(([name, shape]) => {
    const spec = specFor(inputs, name);
    const fits = shape.length === 4 && shape[0] === spec.shape[0] && shape[3] === spec.shape[3];
    if (!sized.includes(name) || !fits) throw new Error(`${name} cannot be [${shape.join(', ')}]`);
    return [name, { dtype: spec.dtype, shape }] as const;
  });
  return { ...inputs, ...Object.fromEntries(resized) };
}

/** @throws Error when there is no such entry */
export function entryOf<E>(program: { readonly entries: Readonly<Record<string, E>> }, name: string): E {
  const entry = program.entries[name];
  if (!entry) throw new Error(`Unknown entry ${name}`);
  return entry;
}

/** @throws Error when the input is missing */
export function inputOf(inputs: Readonly<Record<string, Values>>, name: string): Values {
  const values = inputs[name];
  if (!values) throw new Error(`Input ${name} is missing`);
  return values;
}
