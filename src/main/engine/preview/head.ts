import * as tf from '@tensorflow/tfjs-core';
import type { Session } from '../compile/program';
import { pseudoLabels } from '../core/pseudo-labels';
import { type Basis, componentsOf } from '../head/basis';
import { type HeadPixels, HeadTraining } from '../head/head-training';
import { unfolded } from '../head/head-values';
import { HeadSchedule } from '../head/schedule';
import { createPixelNetwork, type PixelNetwork } from '../model/create';
import { createHeadNetwork, type HeadNetwork } from '../model/head-network';
import { initialValues } from '../model/initial';
import { resizeBilinear } from '../ops/resize-bilinear';
import { hear } from '../process/hear';
import { openProgram } from '../programs/open';
import { PREVIEW_SETTINGS } from './settings';
import type { SeenView } from './views';

/** Steps of a head: on the few pixels of a preview more of them add nothing, see `docs/learning.md`. */
const STEPS = 120;
/** Steps between which this process hears its messages. */
const STEPS_AT_ONCE = 10;

/** Values of the variables of a head that has learnt. */
export type Learnt = ReadonlyMap<string, Float32Array>;

/** What a head says of each pixel of a view, row-major. */
export interface Said {
  /** Class index. */
  readonly classes: Uint8Array;
  /** p̃ from 0 to 255. */
  readonly confidence: Uint8Array;
}

/** A head that learns labelled pixels in a moment. */
export class PreviewHead {
  readonly #start: ReadonlyMap<string, Float32Array>;

  private constructor(
    private readonly network: PixelNetwork,
    private readonly head: HeadNetwork,
    private readonly session: Session,
  ) {
    this.#start = initialValues(head.specs, PREVIEW_SETTINGS.seed);
  }

  /** @param classes K */
  static async open(classes: number): Promise<PreviewHead> {
    const { backbone, compiled } = PREVIEW_SETTINGS;
    const network = createPixelNetwork(backbone, classes);
    const head = createHeadNetwork(componentsOf(network.inputs), classes);
    const description = { kind: 'head', settings: PREVIEW_SETTINGS, classes, inputs: head.inputs } as const;
    return new PreviewHead(network, head, await openProgram(description, compiled, new AbortController().signal));
  }

  /** K. */
  get classes(): number {
    return this.head.classes;
  }

  /** Numbers in a pixel's features. */
  get inputs(): number {
    return this.network.inputs;
  }

  /**
   * Learns pixels by their components, from the beginning.
   * @returns values to ask with
   * @throws EspalierError TRAIN_NAN; the signal's reason when it is aborted
   */
  async learn(pixels: HeadPixels, basis: Basis, signal: AbortSignal): Promise<Learnt> {
    const schedule = new HeadSchedule({ ...PREVIEW_SETTINGS, epochs: 1 }, STEPS, false);
    const training = new HeadTraining(this.session, this.head, PREVIEW_SETTINGS, schedule, pixels, 'preview', this.#start);
    for (let step = 0; step < STEPS; step++) {
      if (step % STEPS_AT_ONCE === 0) await hear(signal);
      training.step();
    }
    return unfolded(this.network, training.read('teacher'), basis);
  }

  /** What it says of a view, with values that it has learnt, window by window where that is large. */
  ask(values: Learnt, { width, height, maps: { shape, windows } }: SeenView): Said {
    const said = { classes: new Uint8Array(width * height), confidence: new Uint8Array(width * height) };
    for (const { window, maps } of windows) {
      const [classes, confidence] = tf.tidy(() => {
        const tensors = maps.map((map) => tf.tensor4d(new Float32Array(map.values), [1, map.height, map.width, map.channels]));
        const { labels, confidence } = pseudoLabels(
          resizeBilinear(
            this.network.classify((name) => this.#lookup(values, name), tensors),
            shape,
          ),
        );
        return [labels, confidence];
      }) as [tf.Tensor3D, tf.Tensor3D];
      // Read outside: `tidy` walks through all that it gives back, number by number.
      const [ofClasses, ofConfidence] = [classes.dataSync<'int32'>(), confidence.dataSync<'float32'>()];
      tf.dispose([classes, confidence]);
      const { rows, columns } = window;
      for (let y = rows.from; y < rows.to; y++) {
        for (let x = columns.from; x < columns.to; x++) {
          const from = (y - rows.start) * shape[1] + x - columns.start;
          said.classes[y * width + x] = ofClasses[from]!;
          said.confidence[y * width + x] = Math.round(255 * ofConfidence[from]!);
        }
      }
    }
    return said;
  }

  dispose(): void {
    this.session.dispose();
  }

  #lookup(values: Learnt, name: string): tf.Tensor {
    const { shape } = this.network.specs.find((spec) => spec.name === name)!;
    return tf.tensor(values.get(name)!, [...shape]);
  }
}
