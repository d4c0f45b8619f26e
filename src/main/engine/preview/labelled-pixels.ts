import type { ImageView } from '@shared/best-masks';
import { decodeRle, type Rle } from '@shared/mask';
import { RandomStream } from '@shared/random';
import { chooseLabelled } from '../head/pixels';
import { joinedTable, type SeenPixels } from '../head/seen-pixels';
import type { PixelTable } from '../head/table';
import { placeIn } from '../head/views';
import type { ImageFile } from '../predict/images';
import type { FrozenBackbone } from '../head/frozen-backbone';
import { previewView, type PreviewViews } from './views';

/** An image, and how often its labels were changed. */
export interface LabelledImage extends ImageFile {
  readonly revision: number;
}

/** Labelled pixels of an image at most, and of all images together. */
const MOST_OF_IMAGE = 1024;
const MOST = 20_000;

/** What was seen of an image whose labels had been changed so often. */
interface Known extends SeenPixels {
  readonly revision: number;
}

const VIEWS: readonly ImageView[] = [{ mirrored: false, scale: 1 }];

/** Labelled pixels of images with their features, as long as the labels stay as they are: about 70 MB of them. */
export class LabelledPixels {
  readonly #known = new Map<string, Known>();
  #classes: readonly number[] = [];

  /** @param views reads images */
  constructor(private readonly views: PreviewViews) {}

  /** Images whose labels are not known as they are now. @param classes ids, all of the project */
  lacking<T extends LabelledImage>(classes: readonly number[], images: readonly T[]): T[] {
    if (classes.join() !== this.#classes.join()) this.#known.clear();
    return images.filter(({ path, revision }) => this.#known.get(path)?.revision !== revision);
  }

  /** Learns the labels of an image. @throws EspalierError IMAGE_UNREADABLE, IMAGE_MISSING */
  async learn(image: LabelledImage, rle: Rle, classes: readonly number[], images: number, backbone: FrozenBackbone): Promise<void> {
    const { path, revision, width, height } = image;
    const indexOf = new Uint8Array(256).fill(255);
    classes.forEach((id, index) => (indexOf[id] = index));
    const labels = decodeRle(rle, width * height).map((id) => indexOf[id]!);
    const count = Math.min(MOST_OF_IMAGE, Math.max(1, Math.floor(MOST / images)));
    const chosen = chooseLabelled(labels, classes.length, count, new RandomStream('preview', path, revision));
    const places = Array.from(chosen.places, (place) => placeIn(previewView(image), image, place));
    const features = places.length > 0 ? (await this.views.look(image, backbone)).maps.features(places) : new Float32Array();
    this.#classes = classes;
    this.#known.set(path, { revision, chosen, features });
  }

  /** Forgets all but these. */
  keep(images: readonly LabelledImage[]): void {
    const kept = new Set(images.map(({ path }) => path));
    for (const path of this.#known.keys()) if (!kept.has(path)) this.#known.delete(path);
  }

  /** How many classes have labels. */
  get labelledClasses(): number {
    return new Set([...this.#known.values()].flatMap(({ chosen }) => [...new Set(chosen.labels)])).size;
  }

  /** The pixels of all images that are known, of which some have labels. @param inputs D */
  table(inputs: number): PixelTable {
    const seen = [...this.#known.values()].map((known) => [known]);
    return joinedTable(seen, inputs, VIEWS, this.#classes.length);
  }
}
