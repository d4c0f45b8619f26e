import { settingsFrom } from '@shared/settings';
import type { RgbImage } from '../../media/decode';
import { stateName } from '../checkpoint/state';
import type { Session } from '../compile/program';
import { FeatureReader } from '../head/feature-reader';
import type { ViewMaps } from '../head/view-maps';
import { createPixelNetwork } from '../model/create';
import type { FeatureLayout } from '../model/feature-layout';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../programs/open';

/** What a preview is made with: the head of `quick` on the backbone that Espalier comes with. */
export const PREVIEW_SETTINGS = settingsFrom('quick');

/** A frozen backbone: what it sees does not change with the labels. */
export class PreviewBackbone {
  readonly #reader: FeatureReader;

  private constructor(session: Session, layout: FeatureLayout) {
    this.#reader = new FeatureReader(session, layout);
  }

  /** @throws EspalierError WEIGHTS_* */
  static async open(): Promise<PreviewBackbone> {
    const { backbone, compiled } = PREVIEW_SETTINGS;
    const network = createPixelNetwork(backbone, 1);
    const values = await pretrainedBackbone(backbone, network.specs);
    const session = await openProgram({ kind: 'features', backbone }, compiled, new AbortController().signal);
    session.assign(Object.fromEntries(Array.from(values, ([name, value]) => [stateName('teacher', name), value])));
    return new PreviewBackbone(session, network.layout);
  }

  look(view: RgbImage): ViewMaps {
    return this.#reader.read([view])[0]!;
  }
}
