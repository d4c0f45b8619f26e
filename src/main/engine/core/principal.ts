import * as tf from '@tensorflow/tfjs-core';
import { kernelOutputs } from '../ops/kernel';

/**
 * The eigenvectors of a symmetric matrix with the largest eigenvalues, the largest first, by TensorFlow's own solver (832 × 832 take a
 * third of a second). Of a vector and its opposite, that whose largest number is positive.
 * @param matrix [D, D]
 * @returns [D, count], row-major: a column for each
 */
export function principalDirections(matrix: tf.Tensor2D, count: number): Float32Array {
  const [size] = matrix.shape;
  const [values, columns] = kernelOutputs('SelfAdjointEigV2', { compute_v: true, T: { type: 'float32' } }, [matrix], 2);
  const vectors = columns.dataSync<'float32'>();
  tf.dispose([values, columns]);
  const result = new Float32Array(size * count);
  for (let column = 0; column < count; column++) {
    // The solver has the smallest first.
    const at = (row: number): number => vectors[row * size + size - 1 - column]!;
    let largest = 0;
    for (let row = 0; row < size; row++) if (Math.abs(at(row)) > Math.abs(at(largest))) largest = row;
    const sign = Math.sign(at(largest));
    for (let row = 0; row < size; row++) result[row * count + column] = sign * at(row);
  }
  return result;
}
