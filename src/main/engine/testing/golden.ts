import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** A tensor as the golden files hold it. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The golden tensor as a TensorFlow tensor. */
export function golden<R extends tf.Rank>({ shape, data }: GoldenTensor, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor<R> {
  return tf.tensor([...data], [...shape] as tf.ShapeMap[R], dtype);
}

/** The golden files are rounded to seven decimals. */
const ROUNDING = 5e-8;

/** Expects equal sizes and |actual − expected| ≤ tolerance · max(|expected|) everywhere. */
export function expectClose(
  actual: tf.Tensor | ArrayLike<number>,
  expected: GoldenTensor | ArrayLike<number> | tf.Tensor,
  tolerance = 1e-5,
): void {
  const [a, e] = [numbers(actual), numbers(expected)];
  expect(a.length).toBe(e.length);
  const scale = e.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  const worst = e.reduce((most, value, i) => Math.max(most, Math.abs(value - (a[i] ?? NaN))), 0);
  expect(a.every(Number.isFinite)).toBe(true);
  expect(worst).toBeLessThanOrEqual(tolerance * scale + ROUNDING);
}

function numbers(values: tf.Tensor | GoldenTensor | ArrayLike<number>): number[] {
  if (values instanceof tf.Tensor) return Array.from(values.dataSync());
  return Array.from('data' in values ? values.data : values);
}

/**
 * Expects `gradient` of a function linear in e to be its adjoint: ⟨dy, f(e)⟩ = ⟨f*(dy), e⟩ for random dy and e.
 * @param f linear in its argument
 */
export function expectAdjoint(f: (e: tf.Tensor) => tf.Tensor, shape: number[], seed = 1, tolerance = 1e-5): void {
  const e = tf.randomNormal(shape, 0, 1, 'float32', seed);
  const y = f(e);
  const dy = tf.randomNormal(y.shape, 0, 1, 'float32', seed + 1);
  const gradient = tf.grad(f)(e, dy);
  const [left, right, scale] = [dot(dy, y), dot(gradient, e), norm(dy) * norm(y)];
  expect(gradient.shape).toEqual(shape);
  expect(Math.abs(left - right) / scale).toBeLessThan(tolerance);
}

function dot(a: tf.Tensor, b: tf.Tensor): number {
  const [x, y] = [a.dataSync(), b.dataSync()];
  return Array.from(x).reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0);
}

function norm(a: tf.Tensor): number {
  return Math.sqrt(dot(a, a));
}
