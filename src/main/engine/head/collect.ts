import { join } from 'node:path';
import type { ImageView } from '@shared/best-masks';
import type { Progress } from '@shared/protocol';
import { Pace } from '@shared/pace';
import type { CallContext } from '@shared/rpc';
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
import { planShapes } from '../predict/shapes';
import { FeatureReader } from './features';
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
}

/** How many views there will be of so many unlabelled images. */
export const unlabelledCount = (images: number): number => Math.min(images, mostImages(unlabelledViews(1))) * unlabelledViews(1).length;

/**
 * Features of labelled pixels, as the frozen backbone gives them.
 * @param views of each image, the most telling first: of many images there are fewer
 * @throws EspalierError NONE_READABLE; the signal's reason when it is aborted
 */
export async function collectLabelled(looking: Looking, views: readonly ImageView[], context: CallContext<Progress>): Promise<PixelTable> {
  const { inputs, folder } = looking;
  const images = inputs.labelled.map(({ labels, ...image }) => ({ ...image, classes: join(folder, labels) }));
  const some = views.slice(0, Math.max(1, Math.floor(MOST_VIEWS / images.length)));
  const K = inputs.classes.length;
  return collect(
    looking,
    { kind: 'labelled', images, views: some, choose: (of, _image, count, random) => chooseLabelled(of!, K, count, random) },
    context,
  );
}

/**
 * Features of pixels anywhere in the unlabelled images: the same pixels in each view, row by row. Their labels are the classes that were
 * ruled out there.
 * @param scale that images are looked at in
 * @throws as {@link collectLabelled}
 */
export async function collectUnlabelled(looking: Looking, scale: number, context: CallContext<Progress>): Promise<PixelTable[]> {
  const { inputs, folder } = looking;
  const views = unlabelledViews(scale);
  const images = some(inputs.unlabelled, mostImages(views), inputs.settings).map(({ rejected, ...image }) => ({
    ...image,
    classes: rejected === null ? null : join(folder, rejected),
  }));
  const table = await collect(looking, { kind: 'unlabelled', images, views, choose: anywhere }, context);
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

async function collect(looking: Looking, wanted: Wanted, { signal, progress }: CallContext<Progress>): Promise<PixelTable> {
  const { network, values, inputs, onLeftOut } = looking;
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
    const pace = new Pace(images.length * views.length);
    let done = 0;
    const onView = async (): Promise<void> => {
      progress(pace.at(++done));
      await hear(signal);
    };
    return await tableOf({ reader, inputs: network.inputs, classes: classes.length, indexOf, settings, onView, onLeftOut }, wanted);
  } finally {
    session.dispose();
  }
}

interface TableParts {
  readonly reader: FeatureReader;
  readonly inputs: number;
  readonly classes: number;
  /** Index of each class id. */
  readonly indexOf: Uint8Array;
  readonly settings: TrainSettings;
  readonly onView: () => Promise<void>;
  readonly onLeftOut: OnLeftOut;
}

async function tableOf(
  { reader, inputs, classes, indexOf, settings, onView, onLeftOut }: TableParts,
  { kind, images, views, choose }: Wanted,
): Promise<PixelTable> {
  const count = Math.min(MOST_PIXELS, Math.max(1, Math.floor(MOST_NUMBERS / inputs / (images.length * views.length))));
  const rows = {
    features: [] as Float32Array[],
    labels: [] as Uint8Array[],
    weights: [] as Float32Array[],
    images: [] as number[],
    views: [] as number[],
  };
  let unread: LeftOut | null = null;
  for (const [number, image] of images.entries()) {
    let source: SourceImage;
    try {
      source = await readSource(image.path, image.classes);
    } catch (error) {
      const leftOut = leftOutBy(error, 'training', image);
      unread ??= leftOut;
      onLeftOut(leftOut);
      for (let skipped = 0; skipped < views.length; skipped++) await onView();
      continue;
    }
    const { rgb, mask, width, height } = source;
    const known = mask && mask.map((id) => indexOf[id]!);
    for (const [look, view] of views.entries()) {
      // Of labelled images more pixels are known by taking others in each view.
      const chosen = choose(
        known,
        { width, height },
        count,
        new RandomStream(settings.seed, 'pixels', kind, number, kind === 'labelled' ? look : 0),
      );
      const places = Array.from(chosen.places, (place) => placeIn(view, { width, height }, place));
      rows.features.push(reader.read(await viewOf({ width, height, data: rgb }, view), places));
      rows.labels.push(chosen.labels);
      rows.weights.push(chosen.weights);
      for (let i = 0; i < places.length; i++) {
        rows.images.push(number);
        rows.views.push(look);
      }
      await onView();
    }
  }
  const size = rows.images.length;
  if (size === 0 && unread) throw noneReadable(images.length, kind, unread);
  const columns = {
    at: Int32Array.from(rows.images.keys()),
    labels: joined(rows.labels, new Uint8Array(size)),
    weights: joined(rows.weights, new Float32Array(size)),
    images: Int32Array.from(rows.images),
    views: Uint8Array.from(rows.views),
  };
  return new PixelTable({ inputs, values: joined(rows.features, new Float32Array(size * inputs)) }, columns, views, classes);
}

/** At most so many images, at random. */
function some<T>(images: readonly T[], most: number, { seed }: TrainSettings): readonly T[] {
  if (images.length <= most) return images;
  return Array.from(new RandomStream(seed, 'unlabelled images').choose(most, images.length), (i) => images[i]!);
}

function joined<T extends Float32Array | Uint8Array>(parts: readonly T[], into: T): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}
