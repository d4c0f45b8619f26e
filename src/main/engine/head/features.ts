import type { RgbImage } from '../../media/decode';
import type { Session } from '../compile/program';
import { batchesOf } from '../predict/batches';
import { cutOut } from '../predict/predictor';
import type { ShapePlan } from '../predict/shapes';
import { BATCH, entryName, type Shape } from '../programs/shape';
import { type Window, windowsOn } from '../predict/windows';

/** A place in an image, with fractions. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** An image, and the places in it whose features are wanted. */
export interface Look {
  readonly image: RgbImage;
  readonly places: readonly Place[];
}

interface Task {
  readonly image: RgbImage;
  readonly window: Window;
  readonly shape: Shape;
  readonly places: readonly Place[];
  /** Where their features go, and which rows of it they are. */
  readonly result: Float32Array;
  readonly at: readonly number[];
}

/** Takes features of pixels from a frozen backbone; large images window by window, as they are predicted. */
export class FeatureReader {
  /**
   * @param session of a `featuresProgram`
   * @param inputs D
   * @param pixels P of the program
   */
  constructor(
    private readonly session: Session,
    private readonly plan: ShapePlan,
    private readonly inputs: number,
    private readonly pixels: number,
  ) {}

  /**
   * {@link BATCH} images of one shape take no longer than one.
   * @returns of each image [places, D], row-major
   */
  read(looks: readonly Look[]): Float32Array[] {
    const results = looks.map(({ places }) => new Float32Array(places.length * this.inputs));
    const tasks = looks.flatMap((look, i) => this.#tasks(look, results[i]!));
    for (const batch of batchesOf(tasks, ({ shape }) => shape)) this.#read(batch);
    return results;
  }

  #tasks({ image, places }: Look, result: Float32Array): Task[] {
    const shape = this.plan.shapeFor(image.height, image.width);
    return windowsOn(image.height, image.width, shape).flatMap((window) => {
      const inside = ({ row, column }: Place): boolean =>
        Math.round(row) >= window.rows.from &&
        Math.round(row) < window.rows.to &&
        Math.round(column) >= window.columns.from &&
        Math.round(column) < window.columns.to;
      const all = places.flatMap((place, i) => (inside(place) ? [i] : []));
      const tasks: Task[] = [];
      for (let from = 0; from < all.length; from += this.pixels) {
        const at = all.slice(from, from + this.pixels);
        tasks.push({ image, window, shape, places: at.map((i) => places[i]!), result, at });
      }
      return tasks;
    });
  }

  #read(batch: readonly Task[]): void {
    const { shape } = batch[0]!;
    const size = shape[0] * shape[1] * 3;
    const image = new Float32Array(BATCH * size);
    const [rows, columns] = [new Float32Array(BATCH * this.pixels), new Float32Array(BATCH * this.pixels)];
    batch.forEach((task, i) => {
      cutOut(task.image, task.window, shape, image.subarray(i * size, (i + 1) * size));
      task.places.forEach(({ row, column }, p) => {
        rows[i * this.pixels + p] = row - task.window.rows.start;
        columns[i * this.pixels + p] = column - task.window.columns.start;
      });
    });
    const { features } = this.session.call(entryName(shape), { image, rows, columns });
    batch.forEach((task, i) =>
      task.at.forEach((row, p) => {
        const from = (i * this.pixels + p) * this.inputs;
        task.result.set(features!.subarray(from, from + this.inputs), row * this.inputs);
      }),
    );
  }
}
