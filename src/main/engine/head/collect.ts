import { join } from 'node:path';
import type { ImageView } from '@shared/best-masks';
import type { RunInputs } from '@shared/run';
import { noneReadable, type OnLeftOut } from '../data/left-out';
import { RandomStream } from '@shared/random';
import { hear } from '../process/hear';
import { batchesOf } from '../predict/batches';
import { ownShape } from '../predict/shapes';
import type { Shape } from '../programs/shape';
import type { FeatureSource } from './feature-source';
import type { HeadProgress, LookKind } from './head-progress';
import { LookProgress, workOf } from './look-progress';
import { type ListedImage, OpenImages } from './open-images';
import { type ChosenPixels, chooseAnywhere, chooseLabelled } from './pixels';
import type { PixelTable } from './table';
import { joinedTable, type SeenPixels } from './seen-pixels';
import type { Sight, Sights } from './sights';
import type { ViewMaps } from './view-maps';
import { placeIn, unlabelledViews } from './views';

/** Numbers of a table at most, which make 256 MB. */
const MOST_NUMBERS = 64e6;
/** Pixels of one view at most. */
const MOST_PIXELS = 2048;
/** Views at most; of more images some are left out. */
const MOST_VIEWS = 480;

/** What all looks at a run's images have in common. */
export interface Looking {
  readonly source: FeatureSource;
  readonly sights: Sights;
  /** Numbers in a pixel's features. */
  readonly numbers: number;
  readonly inputs: RunInputs;
  /** Of the run. */
  readonly folder: string;
  /** Hears of the images that cannot be read. */
  readonly onLeftOut: OnLeftOut;
  readonly progress: HeadProgress;
  readonly signal: AbortSignal;
}

/** Units of work that looking at the unlabelled images in a scale will take. @throws the signal's reason when it is aborted */
export async function unlabelledWork(
  { inputs, folder, source, sights, signal }: Looking,
  scale: number,
): Promise<Record<LookKind, number>> {
  const views = unlabelledViews(scale);
  const all = await sights.of(unlabelledImages(inputs, folder, views), views, signal);
  return workOf(all.flat(), (sight) => source.kindOf(sight));
}

/**
 * Features of labelled pixels, as the frozen backbone gives them.
 * @param views of each image, the most telling first: of many images there are fewer
 * @throws EspalierError NONE_READABLE; the signal's reason when it is aborted
 */
export async function collectLabelled(looking: Looking, views: readonly ImageView[]): Promise<PixelTable> {
  const { inputs, folder } = looking;
  const images = inputs.labelled.map(({ labels, ...image }) => ({ ...image, classes: join(folder, labels) }));
  const some = views.slice(0, Math.max(1, Math.floor(MOST_VIEWS / images.length)));
  const K = inputs.classes.length;
  const choose: Choose = (of, _image, count, random) => chooseLabelled(of!, K, count, random);
  return collect(looking, { kind: 'labelled', images, views: some, choose });
}

/**
 * Features of pixels anywhere in the unlabelled images: the same pixels in each view, row by row. Their labels are the classes that were
 * ruled out there.
 * @param scale that images are looked at in
 * @throws as {@link collectLabelled}
 */
export async function collectUnlabelled(looking: Looking, scale: number): Promise<PixelTable[]> {
  const { inputs, folder } = looking;
  const views = unlabelledViews(scale);
  const images = unlabelledImages(inputs, folder, views);
  const table = await collect(looking, { kind: 'unlabelled', images, views, choose: anywhere });
  return views.map((view) => table.where((_image, each) => each === view));
}

/** The unlabelled images that are looked at: of very many some, at random. */
function unlabelledImages({ unlabelled, settings: { seed } }: RunInputs, folder: string, views: readonly ImageView[]): ListedImage[] {
  const most = Math.floor(MOST_VIEWS / views.length);
  const some =
    unlabelled.length <= most
      ? unlabelled
      : Array.from(new RandomStream(seed, 'unlabelled images').choose(most, unlabelled.length), (i) => unlabelled[i]!);
  return some.map(({ rejected, ...image }) => ({ ...image, classes: rejected === null ? null : join(folder, rejected) }));
}

type Choose = (classes: Uint8Array | null, image: { width: number; height: number }, count: number, random: RandomStream) => ChosenPixels;

/** Pixels anywhere, with the classes that were ruled out there. */
const anywhere: Choose = (classes, { width, height }, count, random) => {
  const chosen = chooseAnywhere(width, height, count, random);
  return classes ? { ...chosen, labels: Uint8Array.from(chosen.places, (place) => classes[place]!) } : chosen;
};

interface Wanted {
  /** Tells the random pixels of one table from those of the other. */
  readonly kind: 'labelled' | 'unlabelled';
  readonly images: readonly ListedImage[];
  readonly views: readonly ImageView[];
  readonly choose: Choose;
}

async function collect(looking: Looking, wanted: Wanted): Promise<PixelTable> {
  const { inputs, source, progress, signal } = looking;
  const { kind, images, views } = wanted;
  const sights = await looking.sights.of(images, views, signal);
  const told = new LookProgress(progress, sights.flat(), (sight) => source.kindOf(sight), source.input);
  const openImages = new OpenImages(looking.onLeftOut);
  const seeing = seeingOf(looking, wanted);
  /** Of each image that can be read, view by view. */
  const seen = images.map((): SeenPixels[] => []);
  // Images of one shape are looked at together.
  const { input } = source;
  const shapeOf = (number: number): Shape => ownShape(images[number]!.height, images[number]!.width, input);
  for (const batch of batchesOf([...images.keys()], shapeOf, input.atOnce)) {
    const opened = await Promise.all(batch.map(async (number) => ({ number, ...(await openImages.open(images[number]!)) })));
    for (const at of views.keys()) {
      const there = opened.filter(({ isReadable }) => isReadable());
      const looks = await source.look(there.map(({ number, pixels }) => ({ ...sights[number]![at]!, pixels })));
      const kinds = new Map<number, LookKind>();
      for (const [i, { number, mask }] of there.entries()) {
        const look = looks[i];
        if (!look) continue;
        seen[number]!.push(seeing(number, at, sights[number]![at]!, mask, look.maps));
        kinds.set(number, look.kind);
      }
      told.looked(batch.map((number) => ({ sight: sights[number]![at]!, kind: kinds.get(number) ?? null })));
      await hear(signal);
    }
    for (const { number, isReadable } of opened) if (!isReadable()) seen[number] = [];
  }
  const table = joinedTable(seen, looking.numbers, views, inputs.classes.length);
  const [unread] = openImages.leftOut;
  if (table.size === 0 && unread) throw noneReadable(images.length, kind, unread);
  return table;
}

type Seeing = (number: number, at: number, sight: Sight, mask: Uint8Array | null, maps: ViewMaps) => SeenPixels;

/** Chooses pixels of an image and reads their features from its maps in a view. */
function seeingOf({ inputs: { classes, settings }, numbers }: Looking, { kind, images, views, choose }: Wanted): Seeing {
  const indexOf = new Uint8Array(256).fill(255);
  classes.forEach(({ id }, index) => (indexOf[id] = index));
  const count = Math.min(MOST_PIXELS, Math.max(1, Math.floor(MOST_NUMBERS / numbers / (images.length * views.length))));
  return (number, at, { size, view }, mask, maps) => {
    // Of labelled images more pixels are known by taking others in each view.
    const random = new RandomStream(settings.seed, 'pixels', kind, number, kind === 'labelled' ? at : 0);
    const known = mask && mask.map((id) => indexOf[id]!);
    const chosen = choose(known, size, count, random);
    return { chosen, features: maps.features(Array.from(chosen.places, (place) => placeIn(view, size, place))) };
  };
}
