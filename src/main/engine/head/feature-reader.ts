import type { RgbImage } from '../../media/decode';
import type { Session } from '../compile/program';
import { batchesOf } from '../predict/batches';
import { cutOut } from '../predict/predictor';
import { mapName } from '../programs/features';
import type { FeatureLayout } from '../model/feature-layout';
import type { Shape } from '../programs/shape';
import { ViewMaps, type WindowMaps } from './view-maps';

interface Task extends WindowMaps {
  readonly image: RgbImage;
  readonly shape: Shape;
}

/** Looks at images with a frozen backbone. */
export class FeatureReader {
  /**
   * @param session of a `featuresProgram`
   */
  constructor(
    private readonly session: Session,
    private readonly layout: FeatureLayout,
  ) {}

  /** The maps of images, looked at together where they have one shape. */
  read(images: readonly RgbImage[]): ViewMaps[] {
    const results = images.map((image) => new ViewMaps(image, this.layout));
    const tasks = results.flatMap(({ shape, windows }, i) => windows.map((each): Task => ({ ...each, shape, image: images[i]! })));
    for (const batch of batchesOf(tasks, ({ shape }) => shape, this.layout.input.atOnce)) this.#read(batch);
    return results;
  }

  #read(batch: readonly Task[]): void {
    const { shape } = batch[0]!;
    const { atOnce } = this.layout.input;
    const size = shape[0] * shape[1] * 3;
    const image = new Float32Array(atOnce * size);
    batch.forEach((task, i) => cutOut(task.image, task.window, shape, image.subarray(i * size, (i + 1) * size)));
    const outputs = this.session.call('maps', { image }, { image: [atOnce, ...shape, 3] });
    batch.forEach(({ maps }, i) =>
      maps.forEach(({ values: { length }, values }, at) => {
        values.set(outputs[mapName(at)]!.subarray(i * length, (i + 1) * length));
      }),
    );
  }
}
