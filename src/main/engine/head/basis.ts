import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '@shared/random';
import { principalDirections } from '../core/principal';
import type { Features, PixelTable } from './table';

/** Numbers of a pixel that a head looks at: principal components of its features. 832 give the same mIoU in twice the time. */
const COMPONENTS = 256;
/** Rows that the components are taken from. */
const ROWS = 15_000;
/** Rows that are turned at once. */
const CHUNK = 4096;

/** Numbers that a head looks at where there are so many features. */
export const componentsOf = (inputs: number): number => Math.min(COMPONENTS, inputs);

/** What turns features into the few numbers that a head looks at: (value − mean) / deviation · directions. */
export interface Basis {
  /** [inputs] each */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** [inputs, components], row-major; orthonormal columns */
  readonly directions: Float32Array;
  readonly components: number;
}

/**
 * The basis of the features that a head learns: standardised, then turned to the directions in which they vary most, and no further scaled.
 * It must know no other images. What a backbone sees in an image as a whole sets the image apart, so that each one has a direction of its own;
 * along that of an image without labels nothing is ever learnt, and weights stay as they were drawn: the head would be wrong about this image of all.
 * @param own labelled pixels that are learnt, in the scale that images are looked at in
 */
export function basisOf(own: PixelTable, seed: number): Basis {
  const { inputs } = own.features;
  const values = own.gather(new RandomStream(seed, 'components', 0).choose(Math.min(ROWS, own.size), own.size));
  const { mean, deviation } = standardOf(own);
  const components = componentsOf(inputs);
  const moments = tf.tidy(() => {
    const x = standardised({ inputs, values }, mean, deviation);
    return tf.div<tf.Tensor2D>(tf.matMul(x, x, true, false), values.length / inputs);
  });
  try {
    return { mean, deviation, directions: principalDirections(moments, components), components };
  } finally {
    moments.dispose();
  }
}

/** The same pixels by their components. */
export function turned(table: PixelTable, { mean, deviation, directions, components }: Basis): PixelTable {
  const { inputs, values } = table.features;
  const size = values.length / inputs;
  const result = new Float32Array(size * components);
  for (let from = 0; from < size; from += CHUNK) {
    const chunk = { inputs, values: values.subarray(from * inputs, Math.min(from + CHUNK, size) * inputs) };
    // Read outside: `tidy` walks through all that it gives back, number by number.
    const numbers = tf.tidy(() => tf.matMul(standardised(chunk, mean, deviation), tf.tensor2d(directions, [inputs, components])));
    result.set(numbers.dataSync<'float32'>(), from * components);
    numbers.dispose();
  }
  return table.with({ inputs: components, values: result });
}

/** Tables on one array of features, turned once. */
export function turnedAlike(tables: readonly PixelTable[], basis: Basis): PixelTable[] {
  const { features } = turned(tables[0]!, basis);
  return tables.map((table) => table.with(features));
}

function standardised({ inputs, values }: Features, mean: Float32Array, deviation: Float32Array): tf.Tensor2D {
  const x = tf.tensor2d(values, [values.length / inputs, inputs]);
  return tf.div(tf.sub(x, tf.tensor1d(mean)), tf.tensor1d(deviation));
}

/** Mean and deviation of each number of the features. */
function standardOf({ features: { inputs, values }, rows: { at } }: PixelTable): Pick<Basis, 'mean' | 'deviation'> {
  const [sum, squares] = [new Float64Array(inputs), new Float64Array(inputs)];
  for (const row of at) for (let i = 0; i < inputs; i++) sum[i]! += values[row * inputs + i]!;
  const mean = Float32Array.from(sum, (value) => value / at.length);
  for (const row of at) for (let i = 0; i < inputs; i++) squares[i]! += (values[row * inputs + i]! - mean[i]!) ** 2;
  // A number that is the same everywhere tells nothing, and stays 0.
  return { mean, deviation: Float32Array.from(squares, (value) => Math.sqrt(value / at.length) || 1) };
}
