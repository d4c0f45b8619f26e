import { join } from 'node:path';
import type { ImageView } from '@shared/best-masks';
import type { RunInputs } from '@shared/run';
import type { LeftOut } from '@shared/run-news';
import type { TrainSettings } from '@shared/settings';
import { stateName } from '../checkpoint/state';
import { type SourceImage, readSource } from '../data/image-cache';
import { leftOutBy, noneReadable, type OnLeftOut } from '../data/left-out';
import { RandomStream } from '@shared/random';
import { hear } from '../process/hear';
import type { PixelNetwork } from '../model/create';
import type { VariableValues } from '../model/initial';
import { openProgram } from '../programs/open';
import { batchesOf } from '../predict/batches';
import { planShapes, type ShapePlan } from '../predict/shapes';
import { FeatureReader, type Look } from './features';
import type { HeadProgress } from './head-progress';
import { type ChosenPixels, chooseAnywhere, chooseLabelled } from './pixels';
import { PixelTable } from './table';
import { placeIn, unlabelledViews, viewOf, viewSize } from './views';

/** Numbers of a table at most, which make 256 MB. */
const MOST_NUMBERS = 64e6;
/** Pixels of one view at most, and of one call. */
const MOST_PIXELS = 2048;
/** Views at most; of more images some are left out. */
const MOST_VIEWS = 480;

/** An image whose pixels are looked at. */
interface Source {
  readonly id: number;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Class ids: labels, or what the user ruled out. */
  readonly classes: string | null;
}

/** What all looks at a run's images have in common. */
export interface Looking {
  readonly network: PixelNetwork;
  /** Of the network's variables, the backbone's among them. */
  readonly values: VariableValues;
  readonly inputs: RunInputs;
  /** Of the run. */
  readonly folder: string;
  /** Hears of the images that cannot be read. */
  readonly onLeftOut: OnLeftOut;
  readonly progress: HeadProgress;
  readonly signal: AbortSignal;
}

/** What a view takes beside the pixels that the network looks at, in such pixels: making it, and reading features where they are wanted. */
const READ = 100_000;

/** Units of work that looking at a view takes. */
const lookOf = (image: { readonly width: number; readonly height: number }, view: ImageView): number => {
  const { width, height } = viewSize(image, view);
  return READ + width * height;
};

/** Units of work that looking at the unlabelled images in a scale will take. */
export function unlabelledWork(images: RunInputs['unlabelled'], scale: number): number {
  const views = unlabelledViews(scale);
  const all = images.reduce((sum, image) => sum + views.reduce((one, view) => one + lookOf(image, view), 0), 0);
  return images.length === 0 ? 0 : (all / images.length) * Math.min(images.length, mostImages(views));
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
  const images = some(inputs.unlabelled, mostImages(views), inputs.settings).map(({ rejected, ...image }) => ({
    ...image,
    classes: rejected === null ? null : join(folder, rejected),
  }));
  const table = await collect(looking, { kind: 'unlabelled', images, views, choose: anywhere });
  return views.map((view) => table.where((_image, each) => each === view));
}

const mostImages = (views: readonly ImageView[]): number => Math.floor(MOST_VIEWS / views.length);

type Choose = (classes: Uint8Array | null, image: { width: number; height: number }, count: number, random: RandomStream) => ChosenPixels;

/** Pixels anywhere, with the classes that were ruled out there. */
const anywhere: Choose = (classes, { width, height }, count, random) => {
  const chosen = chooseAnywhere(width, height, count, random);
  return classes ? { ...chosen, labels: Uint8Array.from(chosen.places, (place) => classes[place]!) } : chosen;
};

interface Wanted {
  /** Tells the random pixels of one table from those of the other. */
  readonly kind: 'labelled' | 'unlabelled';
  readonly images: readonly Source[];
  readonly views: readonly ImageView[];
  readonly choose: Choose;
}

async function collect(looking: Looking, wanted: Wanted): Promise<PixelTable> {
  const { network, values, inputs, onLeftOut, progress, signal } = looking;
  const { images, views } = wanted;
  const { settings, classes } = inputs;
  const plan = planShapes(
    images.flatMap((image) => views.map((view) => viewSize(image, view))),
    1,
  );
  const program = { kind: 'features', backbone: settings.backbone, pixels: MOST_PIXELS, shapes: plan.shapes } as const;
  const session = await openProgram(program, settings.compiled, signal);
  try {
    const backbone = network.specs.filter(({ part }) => part === 'backbone');
    session.assign(Object.fromEntries(backbone.map(({ name }) => [stateName('teacher', name), values.get(name)!])));
    const reader = new FeatureReader(session, plan, network.inputs, MOST_PIXELS);
    const indexOf = new Uint8Array(256).fill(255);
    classes.forEach(({ id }, index) => (indexOf[id] = index));
    const total = images.length * views.length;
    let left = images.reduce((sum, image) => sum + views.reduce((one, view) => one + lookOf(image, view), 0), 0);
    let done = 0;
    const shapes = new Set<string>();
    const onViews: TableParts['onViews'] = async (looks, read) => {
      const units = looks.reduce((sum, { image, view }) => sum + lookOf(image, view), 0);
      const shapesOf = looks
        .map(({ image, view }) => viewSize(image, view))
        .map(({ width, height }) => plan.shapeFor(height, width).join());
      const first = read && shapesOf.some((shape) => !shapes.has(shape));
      if (read) for (const shape of shapesOf) shapes.add(shape);
      left -= units;
      done += looks.length;
      progress.looked({ done, total, units: read ? units : 0, left, first });
      await hear(signal);
    };
    progress.opened();
    return await tableOf({ plan, reader, inputs: network.inputs, classes: classes.length, indexOf, settings, onViews, onLeftOut }, wanted);
  } finally {
    session.dispose();
  }
}

interface TableParts {
  readonly plan: ShapePlan;
  readonly reader: FeatureReader;
  readonly inputs: number;
  readonly classes: number;
  /** Index of each class id. */
  readonly indexOf: Uint8Array;
  readonly settings: TrainSettings;
  /** Views of images are done; they were not looked at where their image could not be read. */
  readonly onViews: (looks: readonly { readonly image: Source; readonly view: ImageView }[], read: boolean) => Promise<void>;
  readonly onLeftOut: OnLeftOut;
}

/** What was seen of one image in one view. */
interface Seen {
  readonly chosen: ChosenPixels;
  readonly features: Float32Array;
}

async function tableOf(
  { plan, reader, inputs, classes, indexOf, settings, onViews, onLeftOut }: TableParts,
  { kind, images, views, choose }: Wanted,
): Promise<PixelTable> {
  const count = Math.min(MOST_PIXELS, Math.max(1, Math.floor(MOST_NUMBERS / inputs / (images.length * views.length))));
  /** Of each image that can be read, view by view. */
  const seen = images.map((): Seen[] => []);
  const unread: LeftOut[] = [];
  const open = async (image: Source): Promise<SourceImage | null> => {
    try {
      return await readSource(image.path, image.classes);
    } catch (error) {
      const leftOut = leftOutBy(error, 'training', image);
      unread.push(leftOut);
      onLeftOut(leftOut);
      await onViews(
        views.map((view) => ({ image, view })),
        false,
      );
      return null;
    }
  };
  const look = async (number: number, { rgb, mask, width, height }: SourceImage, at: number): Promise<Look & { chosen: ChosenPixels }> => {
    const view = views[at]!;
    const known = mask && mask.map((id) => indexOf[id]!);
    // Of labelled images more pixels are known by taking others in each view.
    const random = new RandomStream(settings.seed, 'pixels', kind, number, kind === 'labelled' ? at : 0);
    const chosen = choose(known, { width, height }, count, random);
    const places = Array.from(chosen.places, (place) => placeIn(view, { width, height }, place));
    return { image: await viewOf({ width, height, data: rgb }, view), places, chosen };
  };
  // Images of one shape are looked at together.
  const numbers = batchesOf([...images.keys()], (number) => plan.shapeFor(images[number]!.height, images[number]!.width));
  for (const batch of numbers) {
    const sources = await Promise.all(batch.map(async (number) => ({ number, source: await open(images[number]!) })));
    const opened = sources.flatMap(({ number, source }) => (source ? [{ number, source }] : []));
    if (opened.length === 0) continue;
    for (const at of views.keys()) {
      const looks = await Promise.all(opened.map(({ number, source }) => look(number, source, at)));
      const features = reader.read(looks);
      looks.forEach(({ chosen }, i) => seen[opened[i]!.number]!.push({ chosen, features: features[i]! }));
      await onViews(
        opened.map(({ number }) => ({ image: images[number]!, view: views[at]! })),
        true,
      );
    }
  }
  const table = joinedTable(seen, inputs, views, classes);
  if (table.size === 0 && unread[0]) throw noneReadable(images.length, kind, unread[0]);
  return table;
}

/** What was seen of all images, one after the other. */
function joinedTable(seen: readonly (readonly Seen[])[], inputs: number, views: readonly ImageView[], classes: number): PixelTable {
  const all = seen.flatMap((looks, image) => looks.map((look, view) => ({ ...look, image, view })));
  const size = all.reduce((sum, { chosen }) => sum + chosen.labels.length, 0);
  const columns = {
    at: Int32Array.from({ length: size }, (_, row) => row),
    labels: new Uint8Array(size),
    weights: new Float32Array(size),
    images: new Int32Array(size),
    views: new Uint8Array(size),
  };
  const values = new Float32Array(size * inputs);
  let row = 0;
  for (const { chosen, features, image, view } of all) {
    const end = row + chosen.labels.length;
    columns.labels.set(chosen.labels, row);
    columns.weights.set(chosen.weights, row);
    columns.images.fill(image, row, end);
    columns.views.fill(view, row, end);
    values.set(features, row * inputs);
    row = end;
  }
  return new PixelTable({ inputs, values }, columns, views, classes);
}

/** At most so many images, at random. */
function some<T>(images: readonly T[], most: number, { seed }: TrainSettings): readonly T[] {
  if (images.length <= most) return images;
  return Array.from(new RandomStream(seed, 'unlabelled images').choose(most, images.length), (i) => images[i]!);
}
