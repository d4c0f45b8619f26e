import { EMBEDDING, embeddingGrid } from '@shared/run';
import type { RgbImage } from '../../media/decode';
import type { Session, Values } from '../compile/program';
import { entryName } from './program';
import type { Shape, ShapePlan } from './shapes';
import { type Window, windowsOn } from './windows';

/** What a teacher says of each pixel of an image, row-major. */
export interface Prediction {
  readonly width: number;
  readonly height: number;
  /** Class index. */
  readonly classes: Uint8Array;
  /** Class index by the pruned teacher; null where there is none. */
  readonly prunedClasses: Uint8Array | null;
  /** p̃ in ]0, 1]. */
  readonly confidence: Float32Array;
  /** d in [0, 1]; 1 where there is no pruned teacher. */
  readonly similarity: Float32Array;
  /** The teacher's embedding, projected: channels of each cell of the `embeddingGrid`, row-major. */
  readonly embedding: Float32Array;
}

/** Predicts whole images, or window by window where they are too large. */
export class Predictor {
  constructor(
    private readonly session: Session,
    private readonly plan: ShapePlan,
  ) {}

  predict(image: RgbImage): Prediction {
    const { width, height } = image;
    const pixels = width * height;
    const grid = embeddingGrid(image);
    const shape = this.plan.shapeFor(height, width);
    const result = {
      width,
      height,
      classes: new Uint8Array(pixels),
      prunedClasses: null as Uint8Array | null,
      confidence: new Float32Array(pixels),
      similarity: new Float32Array(pixels).fill(1),
      embedding: new Float32Array(grid.columns * grid.rows * EMBEDDING.channels),
    };
    for (const window of windowsOn(height, width, shape)) {
      const { classes, confidence, prunedClasses, similarity, embedding } = this.session.call(entryName(shape), {
        image: cutOut(image, window, shape),
      });
      place(classes!, window, shape, result.classes, width);
      place(confidence!, window, shape, result.confidence, width);
      if (prunedClasses) place(prunedClasses, window, shape, (result.prunedClasses ??= new Uint8Array(pixels)), width);
      if (similarity) place(similarity, window, shape, result.similarity, width);
      if (embedding) placeCells(embedding, window, shape, result.embedding, grid.columns);
    }
    return result;
  }
}

/** A window of an image as floats; beyond the image its last row and column go on. */
function cutOut({ data, width, height }: RgbImage, { rows, columns }: Window, [windowHeight, windowWidth]: Shape): Float32Array {
  const result = new Float32Array(windowHeight * windowWidth * 3);
  const inside = Math.min(windowWidth, width - columns.start);
  for (let y = 0; y < windowHeight; y++) {
    const from = (Math.min(rows.start + y, height - 1) * width + columns.start) * 3;
    const into = y * windowWidth * 3;
    result.set(data.subarray(from, from + inside * 3), into);
    for (let at = into + inside * 3; at < into + windowWidth * 3; at++) result[at] = result[at - 3]!;
  }
  return result;
}

/** Copies what a window answers for into its place in the image. */
function place(values: Values, { rows, columns }: Window, [, windowWidth]: Shape, into: Uint8Array | Float32Array, width: number): void {
  for (let y = rows.from; y < rows.to; y++) {
    const from = (y - rows.start) * windowWidth - columns.start;
    into.set(values.subarray(from + columns.from, from + columns.to), y * width + columns.from);
  }
}

/** Copies the cells that begin where the window answers; one that lies between two of the window's, or beyond them, takes the nearest. */
function placeCells(values: Values, { rows, columns }: Window, shape: Shape, into: Float32Array, gridWidth: number): void {
  const { stride, channels } = EMBEDDING;
  const [windowRows, windowColumns] = shape.map((side) => side / stride) as [number, number];
  for (let row = Math.ceil(rows.from / stride); row * stride < rows.to; row++) {
    for (let column = Math.ceil(columns.from / stride); column * stride < columns.to; column++) {
      const windowRow = Math.min(Math.round(row - rows.start / stride), windowRows - 1);
      const windowColumn = Math.min(Math.round(column - columns.start / stride), windowColumns - 1);
      const cell = windowRow * windowColumns + windowColumn;
      into.set(values.subarray(cell * channels, (cell + 1) * channels), (row * gridWidth + column) * channels);
    }
  }
}
