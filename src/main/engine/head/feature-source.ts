import { createHash } from 'node:crypto';
import type { RgbImage } from '../../media/decode';
import type { Session } from '../compile/program';
import type { BackboneInput } from '../model/backbones/description';
import type { PixelNetwork } from '../model/create';
import type { VariableValues } from '../model/initial';
import { stateName } from '../checkpoint/state';
import type { FeatureCache } from './feature-cache';
import { FeatureReader } from './feature-reader';
import type { LookKind } from './head-progress';
import type { Sight } from './sights';
import { ViewMaps } from './view-maps';
import { viewOf, viewSize } from './views';

/** Changes whenever an image is decoded, made a view of, or looked at otherwise than before. */
const VERSION = 1;

/** A view that is wanted, and the pixels of its image; null where they cannot be read. */
export interface WantedSight extends Sight {
  pixels(): Promise<RgbImage | null>;
}

/** The maps of a view, and what it took to have them. */
export interface Look {
  readonly maps: ViewMaps;
  readonly kind: LookKind;
}

/** Where the maps of views come from: what is kept of earlier runs, else the backbone, which is opened when it is first needed. */
export class FeatureSource {
  readonly #backbone: readonly string[];
  readonly #identity: string;
  #session: Session | null = null;
  #reader: FeatureReader | null = null;

  /**
   * @param values of the network's variables, the backbone's among them
   * @param open opens the program of its features
   */
  constructor(
    private readonly network: PixelNetwork,
    private readonly values: VariableValues,
    private readonly cache: FeatureCache,
    private readonly open: () => Promise<Session>,
  ) {
    this.#backbone = network.specs.filter(({ part }) => part === 'backbone').map(({ name }) => name);
    const hash = createHash('sha256');
    for (const name of this.#backbone) hash.update(name).update(values.get(name)!);
    this.#identity = hash.digest('hex');
  }

  /** How images are looked at. */
  get input(): BackboneInput {
    return this.network.layout.input;
  }

  /** What a look at a view will take. */
  kindOf(sight: Sight): LookKind {
    return sight.digest !== null && this.cache.has(this.#keyOf(sight, sight.digest)) ? 'kept' : 'features';
  }

  /**
   * Views, looked at together where their maps are not kept; null for those whose image cannot be read.
   * @throws what `open` throws
   */
  async look(sights: readonly WantedSight[]): Promise<(Look | null)[]> {
    const looks: (Look | null)[] = await Promise.all(sights.map((sight) => this.#kept(sight)));
    const views = await Promise.all(
      sights.map(async ({ view, pixels }, i) => {
        const image = looks[i] ? null : await pixels();
        return image && viewOf(image, view);
      }),
    );
    const wanted = views.flatMap((view, i) => (view ? [{ view, sight: sights[i]!, i }] : []));
    if (wanted.length === 0) return looks;
    const reader = await this.#opened();
    for (const [at, maps] of reader.read(wanted.map(({ view }) => view)).entries()) {
      const { sight, i } = wanted[at]!;
      looks[i] = { maps, kind: 'features' };
      if (sight.digest) await this.cache.write(this.#keyOf(sight, sight.digest), maps.values);
    }
    return looks;
  }

  dispose(): void {
    this.#session?.dispose();
  }

  async #kept(sight: Sight): Promise<Look | null> {
    if (!sight.digest) return null;
    const size = viewSize(sight.size, sight.view);
    const { layout } = this.network;
    const values = await this.cache.read(this.#keyOf(sight, sight.digest), ViewMaps.lengthOf(size, layout));
    return values && { maps: new ViewMaps(size, layout, values), kind: 'kept' };
  }

  async #opened(): Promise<FeatureReader> {
    if (!this.#reader) {
      this.#session = await this.open();
      this.#session.assign(Object.fromEntries(this.#backbone.map((name) => [stateName('teacher', name), this.values.get(name)!])));
      this.#reader = new FeatureReader(this.#session, this.network.layout);
    }
    return this.#reader;
  }

  /** Names what a backbone with these weights sees in a file's image in a view. */
  #keyOf({ size, view }: Sight, digest: Buffer): string {
    const { width, height } = viewSize(size, view);
    const parts = [VERSION, this.#identity, digest.toString('hex'), width, height, view.mirrored];
    return createHash('sha256').update(parts.join('\n')).digest('hex');
  }
}
