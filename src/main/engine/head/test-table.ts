import { PixelTable } from './table';

/** For tests: a table of pixels seen as they are, all of one image. @param labels class index of each row; `values`, [rows, inputs] */
export function tableOf(labels: readonly number[], values: Float32Array, inputs: number, classes: number): PixelTable {
  const rows = {
    at: Int32Array.from(labels.keys()),
    labels: Uint8Array.from(labels),
    weights: new Float32Array(labels.length).fill(1),
    images: new Int32Array(labels.length),
    views: new Uint8Array(labels.length),
  };
  return new PixelTable({ inputs, values }, rows, [{ mirrored: false, scale: 1 }], classes);
}
