import { settingsFrom } from '@shared/settings';
import type { RgbImage } from '../../media/decode';
import { stateName } from '../checkpoint/state';
import type { Session } from '../compile/program';
import { componentsOf, type Basis } from '../head/basis';
import { FeatureReader } from '../head/feature-reader';
import { type HeadPixels, HeadTraining } from '../head/head-training';
import { stateReader, unfolded } from '../head/head-values';
import { HeadSchedule } from '../head/schedule';
import { viewSize } from '../head/views';
import { createPixelNetwork, type PixelNetwork } from '../model/create';
import { createHeadNetwork, type HeadNetwork } from '../model/head-network';
import { initialValues, type VariableValues } from '../model/initial';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openPredictor, type OpenPredictor } from '../predict/open';
import type { Prediction } from '../predict/predictor';
import { hear } from '../process/hear';
import { openProgram } from '../programs/open';
import { type PreviewImage, previewView } from './views';

/** What a preview is made with: the head of `quick` on the backbone that Espalier comes with. */
const SETTINGS = settingsFrom('quick');
/** Steps of a head: a third of what `quick` takes has nearly all of its mIoU, in less than a second. */
const STEPS = 200;
/** Steps between which this process hears its messages. */
const STEPS_AT_ONCE = 10;

/** The networks of a preview: a frozen backbone that tells features, a head that learns them, and both as one that predicts. */
export class PreviewNetworks {
  readonly reader: FeatureReader;

  private constructor(
    private readonly network: PixelNetwork,
    private readonly backbone: VariableValues,
    private readonly head: HeadNetwork,
    private readonly sizes: ReadonlySet<string>,
    private readonly sessions: { readonly features: Session; readonly head: Session; readonly predictor: OpenPredictor },
  ) {
    this.reader = new FeatureReader(sessions.features, network.channels);
  }

  /**
   * @param classes K
   * @param images that they will be asked about, which have few sizes
   * @throws EspalierError WEIGHTS_*
   */
  static async open(classes: number, images: readonly PreviewImage[]): Promise<PreviewNetworks> {
    const { backbone, compiled } = SETTINGS;
    const { signal } = new AbortController();
    const network = createPixelNetwork(backbone, classes);
    const values = initialValues(network.specs, SETTINGS.seed);
    for (const [name, value] of await pretrainedBackbone(backbone, network.specs)) values.set(name, value);
    const head = createHeadNetwork(componentsOf(network.inputs), classes);
    const views = images.map((image) => viewSize(image, previewView(image)));
    const none = { pruned: null, scale: null, confidence: null, viewScale: 1, best: false };
    const [features, training, predictor] = await Promise.all([
      openProgram({ kind: 'features', backbone }, compiled, signal),
      openProgram({ kind: 'head', settings: SETTINGS, classes, inputs: head.inputs }, compiled, signal),
      openPredictor({ backbone, decoder: 'pixel', compiled }, classes, views, none, signal),
    ]);
    const own = network.specs.filter(({ part }) => part === 'backbone');
    features.assign(Object.fromEntries(own.map(({ name }) => [stateName('teacher', name), values.get(name)!])));
    return new PreviewNetworks(network, values, head, new Set(images.map(sizeOf)), { features, head: training, predictor });
  }

  /** Numbers in a pixel's features. */
  get inputs(): number {
    return this.network.inputs;
  }

  /** Whether they can be asked about images of these sizes. */
  fit(classes: number, images: readonly PreviewImage[]): boolean {
    return classes === this.head.classes && images.every((image) => this.sizes.has(sizeOf(image)));
  }

  /** Fits a head to labelled pixels by their components. @throws EspalierError TRAIN_NAN; the signal's reason when it is aborted */
  async learn(pixels: HeadPixels, basis: Basis, signal: AbortSignal): Promise<void> {
    const schedule = new HeadSchedule({ ...SETTINGS, epochs: 1 }, STEPS, false);
    const training = new HeadTraining(this.sessions.head, this.head, SETTINGS, schedule, pixels, 'preview');
    for (let step = 0; step < STEPS; step++) {
      if (step % STEPS_AT_ONCE === 0) await hear(signal);
      training.step();
    }
    const head = unfolded(this.network, training.read('teacher'), basis);
    this.sessions.predictor.use('teacher', stateReader(this.backbone, { student: head, teacher: head }));
  }

  predict(view: RgbImage): Prediction {
    return this.sessions.predictor.predictor.predict([view])[0]!;
  }

  dispose(): void {
    this.sessions.features.dispose();
    this.sessions.head.dispose();
    this.sessions.predictor.session.dispose();
  }
}

const sizeOf = ({ width, height }: PreviewImage): string => `${width}×${height}`;
