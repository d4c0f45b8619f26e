import { EspalierError } from '@shared/errors';
import type { Rle } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import { type Basis, basisOf, turned } from '../head/basis';
import type { SharedBackbone } from '../head/frozen-backbone';
import type { PixelTable } from '../head/table';
import type { ImageFile } from '../predict/images';
import { hear } from '../process/hear';
import { type LabelledImage, LabelledPixels } from './labelled-pixels';
import { PreviewHead } from './head';
import { PreviewViews } from './views';

const SEED = 0;
/** A basis is made anew when there are so many times the pixels that it was made of. */
const GROWN = 2;

/** What is to be shown, and what is known for it. */
export interface PreviewRequest {
  /** Ids of the project's classes. */
  readonly classes: readonly number[];
  readonly image: ImageFile;
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
  async show({ classes, image, labelled }: PreviewRequest, signal: AbortSignal): Promise<ResultOf<'preview.show'>> {
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
    await head.learn({ labelled: turned(table, basis), unlabelled: null }, basis, signal);
    const view = await this.#views.look(image, backbone);
    const said = head.ask(view);
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
    const basis = basisOf(table, null, SEED);
    this.#basis = { basis, size: table.size };
    return basis;
  }
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
