import { EMBEDDING, embeddingGrid } from '@shared/run';
import type { RgbImage } from '../../media/decode';
import type { Session, Values } from '../compile/program';
import { leftOutBy, type Reading } from '../data/left-out';
import { batchesOf } from './batches';
import { concurrently, type Limits } from './concurrently';
import { decodeIndexed, type ImageFile } from './images';
import { entryName, type Shape } from '../programs/shape';
import type { ShapePlan } from './shapes';
import { type Window, windowsOn } from './windows';

/** What a teacher says of each pixel of an image, row-major. */
export interface Prediction {
  readonly width: number;
  readonly height: number;
  /** Class index. */
  readonly classes: Uint8Array;
  /** Class index by the pruned teacher; null where it is not judged. */
  readonly prunedClasses: Uint8Array | null;
  /** In ]0, 1]: p̃, or what is fitted in its place. */
  readonly confidence: Float32Array;
  /** p̃ where `confidence` is fitted; else null. */
  readonly probability: Float32Array | null;
  /** d in [0, 1]; 1 where there is no pruned teacher. */
  readonly similarity: Float32Array;
  /** The teacher's embedding, projected: channels of each cell of the `embeddingGrid`, row-major. */
  readonly embedding: Float32Array;
}

/** A few batches being read or written while one is predicted, in about 1 GB of memory. */
const batchLimits: Limits<readonly ImageFile[]> = {
  items: 3,
  room: 64e6,
  cost: (batch) => batch.reduce((pixels, { width, height }) => pixels + width * height, 0),
};

/** A window and the image it lies on. */
interface Task {
  readonly image: RgbImage;
  readonly window: Window;
  readonly shape: Shape;
  readonly result: Mutable<Prediction>;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Predicts whole images, or window by window where they are too large; some at a time where they have one shape. */
export class Predictor {
  #numbers = new Float32Array(0);

  /** @param batch images of a call of the session's program */
  constructor(
    private readonly session: Session,
    private readonly plan: ShapePlan,
    private readonly batch: number,
  ) {}

  predict(images: readonly RgbImage[]): Prediction[] {
    const results = images.map(emptyPrediction);
    const tasks = images.flatMap((image, i): Task[] => {
      const shape = this.plan.shapeFor(image.height, image.width);
      return windowsOn(image.height, image.width, shape).map((window) => ({ image, window, shape, result: results[i]! }));
    });
    for (const batch of batchesOf(tasks, ({ shape }) => shape, this.batch)) this.#predict(batch);
    return results;
  }

  /**
   * Decodes images, predicts those that can be read, and hands each to `use`; a few are read or used while others are predicted.
   * @throws what `use` throws; AbortError
   */
  async predictFiles<T extends ImageFile>(
    images: readonly T[],
    use: (image: T, prediction: Prediction) => Promise<void> | void,
    { signal, onLeftOut }: Reading,
  ): Promise<void> {
    const batches = batchesOf(images, ({ height, width }) => this.plan.shapeFor(height, width), this.batch);
    const work = async (batch: readonly T[]): Promise<void> => {
      const read = await Promise.all(batch.map((image) => this.#read(image, onLeftOut)));
      const [images, pixels] = [batch.filter((_, i) => read[i]), read.filter((rgb) => rgb !== null)];
      if (images.length === 0) return;
      const predictions = this.predict(pixels);
      await Promise.all(images.map((image, i) => use(image, predictions[i]!)));
    };
    await concurrently(batches, batchLimits, work, signal);
  }

  /** An image decoded; null when it cannot be read, or has another size than the one that shapes were planned for. */
  async #read(image: ImageFile, onLeftOut: Reading['onLeftOut']): Promise<RgbImage | null> {
    try {
      return await decodeIndexed(image);
    } catch (error) {
      await onLeftOut(leftOutBy(error, 'prediction', image));
      return null;
    }
  }

  /** What is written into anew for each call: a session does not keep it. */
  #input(numbers: number): Float32Array {
    if (this.#numbers.length !== numbers) this.#numbers = new Float32Array(numbers);
    return this.#numbers;
  }

  #predict(batch: readonly Task[]): void {
    const { shape } = batch[0]!;
    const [height, width] = shape;
    const size = height * width * 3;
    const image = this.#input(this.batch * size);
    batch.forEach((task, i) => cutOut(task.image, task.window, shape, image.subarray(i * size, (i + 1) * size)));
    const outputs = this.session.call(entryName(shape), { image });
    batch.forEach(({ window, result }, i) => {
      const of = (values: Values): Values => values.subarray((i * values.length) / this.batch, ((i + 1) * values.length) / this.batch);
      const { classes, confidence, probability, prunedClasses, similarity, embedding } = outputs;
      place(of(classes!), window, shape, result.classes, result.width);
      place(of(confidence!), window, shape, result.confidence, result.width);
      if (probability) {
        result.probability ??= new Float32Array(result.classes.length);
        place(of(probability), window, shape, result.probability, result.width);
      }
      if (prunedClasses) {
        result.prunedClasses ??= new Uint8Array(result.classes.length);
        place(of(prunedClasses), window, shape, result.prunedClasses, result.width);
      }
      if (similarity) place(of(similarity), window, shape, result.similarity, result.width);
      if (embedding) placeCells(of(embedding), window, shape, result.embedding, embeddingGrid(result).columns);
    });
  }
}

function emptyPrediction({ width, height }: RgbImage): Mutable<Prediction> {
  const pixels = width * height;
  const { columns, rows } = embeddingGrid({ width, height });
  return {
    width,
    height,
    classes: new Uint8Array(pixels),
    prunedClasses: null,
    confidence: new Float32Array(pixels),
    probability: null,
    similarity: new Float32Array(pixels).fill(1),
    embedding: new Float32Array(columns * rows * EMBEDDING.channels),
  };
}

/** Writes a window of an image as floats; beyond the image its last row and column go on. */
export function cutOut(
  { data, width, height }: RgbImage,
  { rows, columns }: Window,
  [windowHeight, windowWidth]: Shape,
  result: Float32Array,
): void {
  const inside = Math.min(windowWidth, width - columns.start);
  for (let y = 0; y < windowHeight; y++) {
    const from = (Math.min(rows.start + y, height - 1) * width + columns.start) * 3;
    const into = y * windowWidth * 3;
    result.set(data.subarray(from, from + inside * 3), into);
    for (let at = into + inside * 3; at < into + windowWidth * 3; at++) result[at] = result[at - 3]!;
  }
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
  const [windowRows, windowColumns] = shape.map((side) => Math.ceil(side / stride)) as [number, number];
  const first = Math.ceil(columns.from / stride);
  const [left, top] = [columns, rows].map(({ start }) => Math.ceil(start / stride - 0.5)) as [number, number];
  const last = Math.min(Math.ceil(columns.to / stride), left + windowColumns);
  for (let row = Math.ceil(rows.from / stride); row * stride < rows.to; row++) {
    const from = Math.min(row - top, windowRows - 1) * windowColumns - left;
    const copy = (column: number, until: number, at: number): void =>
      into.set(values.subarray((from + column) * channels, (from + until) * channels), (row * gridWidth + at) * channels);
    copy(first, last, first);
    for (let column = last; column * stride < columns.to; column++) copy(last - 1, last, column);
  }
}
