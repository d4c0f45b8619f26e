import { EMBEDDING } from '@shared/run';
import type { ResultOf } from '@shared/protocol';
import { clamp } from '../geometry';

/** What a run's teacher sees of an image; bytes as in `run.ts`. */
export type Embedding = ResultOf<'predictions.embedding'>;

/** Numbers of a cell, or of a place between cells, in the unit of the stored bytes. */
export type Feature = Float32Array;

/** The cells around the middle of pixel (x, y), by row-major index, with their weights in bilinear interpolation. */
export function cellsAround({ columns, rows }: Embedding, x: number, y: number): readonly (readonly [cell: number, weight: number])[] {
  const u = clamp((x + 0.5) / EMBEDDING.stride - 0.5, 0, columns - 1);
  const v = clamp((y + 0.5) / EMBEDDING.stride - 0.5, 0, rows - 1);
  const [column, row] = [Math.min(Math.floor(u), Math.max(columns - 2, 0)), Math.min(Math.floor(v), Math.max(rows - 2, 0))];
  const [right, below] = [Math.min(column + 1, columns - 1), Math.min(row + 1, rows - 1)];
  const [fx, fy] = [u - column, v - row];
  return [
    [row * columns + column, (1 - fx) * (1 - fy)],
    [row * columns + right, fx * (1 - fy)],
    [below * columns + column, (1 - fx) * fy],
    [below * columns + right, fx * fy],
  ];
}

export function featureOf({ columns, rows, values }: Embedding, cell: number): Feature {
  return Float32Array.from({ length: EMBEDDING.channels }, (_, c) => values[c * columns * rows + cell]!);
}

/** In the middle of pixel (x, y). */
export function featureAt(embedding: Embedding, x: number, y: number): Feature {
  const feature = new Float32Array(EMBEDDING.channels);
  for (const [cell, weight] of cellsAround(embedding, x, y)) featureOf(embedding, cell).forEach((v, c) => (feature[c]! += weight * v));
  return feature;
}

export function squaredDistance(a: Feature, b: Feature): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c]! - b[c]!) ** 2;
  return sum;
}
