import type { ImageView } from '@shared/best-masks';
import type { ChosenPixels } from './pixels';
import { PixelTable } from './table';

/** What was seen of one image in one view. */
export interface SeenPixels {
  readonly chosen: ChosenPixels;
  /** [pixels, inputs] */
  readonly features: Float32Array;
}

/** What was seen of all images, one after the other. @param seen of each image, view by view */
export function joinedTable(
  seen: readonly (readonly SeenPixels[])[],
  inputs: number,
  views: readonly ImageView[],
  classes: number,
): PixelTable {
  const all = seen.flatMap((looks, image) => looks.map((look, view) => ({ ...look, image, view })));
  const size = all.reduce((sum, { chosen }) => sum + chosen.labels.length, 0);
  const columns = {
    at: Int32Array.from({ length: size }, (_, row) => row),
    labels: new Uint8Array(size),
    weights: new Float32Array(size),
    images: new Int32Array(size),
    views: new Uint8Array(size),
  };
  const values = new Float32Array(size * inputs);
  let row = 0;
  for (const { chosen, features, image, view } of all) {
    const end = row + chosen.labels.length;
    columns.labels.set(chosen.labels, row);
    columns.weights.set(chosen.weights, row);
    columns.images.fill(image, row, end);
    columns.views.fill(view, row, end);
    values.set(features, row * inputs);
    row = end;
  }
  return new PixelTable({ inputs, values }, columns, views, classes);
}
