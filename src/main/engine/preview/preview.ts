import { EspalierError } from '@shared/errors';
import type { Rle } from '@shared/mask';
import type { ParamsOf, ProgressOf, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { type Basis, basisOf, turned } from '../head/basis';
import type { FrozenBackbone, SharedBackbone } from '../head/frozen-backbone';
import type { PixelTable } from '../head/table';
import type { ImageFile } from '../predict/images';
import { hear } from '../process/hear';
import { type LabelledImage, LabelledPixels } from './labelled-pixels';
import { type Learnt, PreviewHead } from './head';
import { PreviewViews } from './views';
import { scoreImages } from './whole-set';

const SEED = 0;
/** A basis is made anew when there are so many times the pixels that it was made of. */
const GROWN = 2;

/** What a preview is made from. */
export interface PreviewSources {
  /** Ids of the project's classes. */
  readonly classes: readonly number[];
  /** With labels where they are not known as they are now. */
  readonly labelled: readonly (LabelledImage & { readonly rle: Rle | null })[];
}

/**
 * Shows what a model would make of an image that had learnt from the labels so far: a head on frozen features, fitted anew to all of them,
 * so that the same labels always give the same preview. What it looked at is kept for the next time.
 */
export class Preview {
  readonly #views = new PreviewViews();
  readonly #pixels = new LabelledPixels(this.#views);
  /** Opened at most once at a time. */
  #head: Promise<PreviewHead> | null = null;
  #basis: { readonly basis: Basis; readonly size: number } | null = null;

  constructor(private readonly backbone: SharedBackbone) {}

  /** Images whose labels have to be told. */
  lacking(classes: readonly number[], labelled: readonly LabelledImage[]): number[] {
    return this.#pixels.lacking(classes, labelled).map(({ id }) => id);
  }

  /** @throws EspalierError PREVIEW_CLASSES, WEIGHTS_*, IMAGE_*; the signal's reason when it is aborted */
  async show(sources: PreviewSources, image: ImageFile, signal: AbortSignal): Promise<ResultOf<'preview.show'>> {
    const { classes } = sources;
    const { backbone, head, values, table } = await this.#learn(sources, signal);
    const view = await this.#views.look(image, backbone);
    const said = head.ask(values, view);
    const { width, height } = image;
    return {
      width,
      height,
      classes: enlarged(
        said.classes.map((index) => classes[index]!),
        view,
        image,
      ),
      confidence: enlarged(said.confidence, view, image),
      labelledImages: new Set(table.rows.images).size,
    };
  }

  /**
   * What it says of many images, as they are looked at one after the other.
   * @param features folder of what backbones saw in them
   * @throws EspalierError PREVIEW_CLASSES, WEIGHTS_*, NONE_READABLE; the signal's reason when it is aborted
   */
  async showAll(
    { images, features, ...sources }: ParamsOf<'engine.previewAll'>,
    { signal, progress }: CallContext<ProgressOf<'engine.previewAll'>>,
  ): Promise<null> {
    const { head, values, table } = await this.#learn(sources, signal);
    await scoreImages(images, features, { ask: (view) => head.ask(values, view), rare: rarest(table) }, signal, progress);
    return null;
  }

  /** Learns the labels so far. */
  async #learn(
    { classes, labelled }: PreviewSources,
    signal: AbortSignal,
  ): Promise<{ backbone: FrozenBackbone; head: PreviewHead; values: Learnt; table: PixelTable }> {
    const opening = Promise.all([this.backbone.open(), this.#openHead(classes.length)]);
    if (labelled.length === 0) {
      // They will be wanted soon; why they cannot be opened is told then.
      opening.catch(() => undefined);
      throw new EspalierError('PREVIEW_CLASSES');
    }
    const [backbone, head] = await opening;
    await hear(signal);
    const lacking = new Set(this.#pixels.lacking(classes, labelled));
    for (const each of labelled) {
      if (!lacking.has(each) || !each.rle) continue;
      await this.#pixels.learn(each, each.rle, classes, labelled.length, backbone);
      await hear(signal);
    }
    this.#pixels.keep(labelled);
    if (this.#pixels.labelledClasses < 2) throw new EspalierError('PREVIEW_CLASSES');
    const table = this.#pixels.table(head.inputs);
    const basis = this.#basisOf(table);
    const values = await head.learn({ labelled: turned(table, basis), unlabelled: null }, basis, signal);
    return { backbone, head, values, table };
  }

  /** Opened once, for seconds, whoever asked for it first: he may have turned to another image meanwhile. For so many classes. */
  async #openHead(classes: number): Promise<PreviewHead> {
    const before = await this.#head?.catch(() => null);
    if (before?.classes === classes) return before;
    before?.dispose();
    return (this.#head = PreviewHead.open(classes));
  }

  #basisOf(table: PixelTable): Basis {
    const known = this.#basis;
    if (known && table.size < GROWN * known.size && known.size < GROWN * table.size) return known.basis;
    const basis = basisOf(table, SEED);
    this.#basis = { basis, size: table.size };
    return basis;
  }
}

/** The class that the labels have least of, among those they have: its index. */
function rarest({ shares }: PixelTable): number {
  return shares.reduce((least, share, k) => (share > 0 && (shares[least] === 0 || share < shares[least]!) ? k : least), 0);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A plane in the size of the image that it is of: each pixel as the nearest of the view. */
function enlarged(plane: Uint8Array, view: Size, image: Size): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(image.width * image.height);
  const columns = Int32Array.from({ length: image.width }, (_, x) => Math.floor(((x + 0.5) * view.width) / image.width));
  for (let y = 0, at = 0; y < image.height; y++) {
    const row = Math.floor(((y + 0.5) * view.height) / image.height) * view.width;
    for (let x = 0; x < image.width; x++) result[at++] = plane[row + columns[x]!]!;
  }
  return result;
}
