import type { TrainSettings } from '@shared/settings';
import type { RgbImage } from '../../media/decode';
import { stateName } from '../checkpoint/state';
import { createPixelNetwork } from '../model/create';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../programs/open';
import { FeatureReader } from './feature-reader';
import type { ViewMaps } from './view-maps';

/** A backbone with its pretrained weights: what it sees does not change with the labels. */
export class FrozenBackbone {
  private constructor(
    private readonly reader: FeatureReader,
    /** Images that it looks at together. */
    readonly atOnce: number,
  ) {}

  /** Opens it for as long as the process lives. @throws EspalierError WEIGHTS_* */
  static async open({ backbone, compiled }: Pick<TrainSettings, 'backbone' | 'compiled'>): Promise<FrozenBackbone> {
    const network = createPixelNetwork(backbone, 1);
    const values = await pretrainedBackbone(backbone, network.specs);
    const session = await openProgram({ kind: 'features', backbone }, compiled, new AbortController().signal);
    session.assign(Object.fromEntries(Array.from(values, ([name, value]) => [stateName('teacher', name), value])));
    return new FrozenBackbone(new FeatureReader(session, network.layout), network.layout.input.atOnce);
  }

  /** Its maps of images, those of one size looked at together. */
  look(images: readonly RgbImage[]): ViewMaps[] {
    return this.reader.read(images);
  }
}

/** A backbone that several pieces of work look with, opened once, for seconds, whoever asks for it first. */
export class SharedBackbone {
  #opening: Promise<FrozenBackbone> | null = null;

  constructor(private readonly settings: Pick<TrainSettings, 'backbone' | 'compiled'>) {}

  /** @throws EspalierError WEIGHTS_* */
  open(): Promise<FrozenBackbone> {
    this.#opening ??= FrozenBackbone.open(this.settings).catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }
}
