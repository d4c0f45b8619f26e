import { join } from 'node:path';
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
import type { Values } from '../model/initial';
import { openProgram } from '../programs/open';
import { planShapes } from '../predict/shapes';
import { FeatureReader } from './features';
import { type ChosenPixels, chooseAnywhere, chooseLabelled } from './pixels';
import { PixelTable } from './table';
import { AS_IT_IS, LABELLED_VIEWS, placeIn, type View, viewOf, viewSize } from './views';

/** Numbers of either table at most, which make 160 MB. */
const MOST_NUMBERS = 40e6;
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

/** The pixels of a run's images with their features. */
export interface Collected {
  readonly labelled: PixelTable;
  readonly unlabelled: PixelTable | null;
}

/**
 * Computes the features of pixels of a run's images, as the frozen backbone gives them: labelled pixels in several views, pixels anywhere
 * in the unlabelled images.
 * @param folder of the run
 * @param values of the network's variables, the backbone's among them
 * @param unlabelled whether the unlabelled images are wanted
 * @param onLeftOut hears of the images that cannot be read
 * @throws EspalierError NONE_READABLE; the signal's reason when it is aborted
 */
export async function collectPixels(
  network: PixelNetwork,
  inputs: RunInputs,
  folder: string,
  values: Values,
  unlabelled: boolean,
  onLeftOut: OnLeftOut,
  { signal, progress }: CallContext<Progress>,
): Promise<Collected> {
  const { settings, classes } = inputs;
  const labelled = inputs.labelled.map(({ labels, ...image }) => ({ ...image, classes: join(folder, labels) }));
  const others = unlabelled
    ? some(inputs.unlabelled, settings).map(({ rejected, ...image }) => ({
        ...image,
        classes: rejected === null ? null : join(folder, rejected),
      }))
    : [];
  const views = LABELLED_VIEWS.slice(0, Math.max(1, Math.floor(MOST_VIEWS / labelled.length)));
  const sizes = [...labelled.flatMap((image) => views.map((view) => viewSize(image, view))), ...others];
  const plan = planShapes(sizes, 1);
  const session = await openProgram(
    { kind: 'features', backbone: settings.backbone, pixels: MOST_PIXELS, shapes: plan.shapes },
    settings.compiled,
    signal,
  );
  try {
    session.assign(
      Object.fromEntries(
        network.specs.filter(({ part }) => part === 'backbone').map(({ name }) => [stateName('teacher', name), values.get(name)!]),
      ),
    );
    const reader = new FeatureReader(session, plan, network.inputs, MOST_PIXELS);
    const indexOf = new Uint8Array(256).fill(255);
    classes.forEach(({ id }, index) => (indexOf[id] = index));
    const pace = new Pace(labelled.length * views.length + others.length);
    let done = 0;
    const onView = async (): Promise<void> => {
      progress(pace.at(++done));
      await hear(signal);
    };
    const read = (kind: string, images: readonly Source[], looks: readonly View[], choose: Choose): Promise<PixelTable> =>
      tableOf(
        { reader, inputs: network.inputs, classes: classes.length, indexOf, settings, kind, onView, onLeftOut },
        images,
        looks,
        choose,
      );
    return {
      labelled: await read('labelled', labelled, views, (of, _image, count, random) => chooseLabelled(of!, classes.length, count, random)),
      unlabelled: others.length === 0 ? null : await read('unlabelled', others, [AS_IT_IS], anywhere),
    };
  } finally {
    session.dispose();
  }
}

type Choose = (classes: Uint8Array | null, image: { width: number; height: number }, count: number, random: RandomStream) => ChosenPixels;

/** Pixels anywhere, with the classes that were ruled out there. */
const anywhere: Choose = (classes, { width, height }, count, random) => {
  const chosen = chooseAnywhere(width, height, count, random);
  return classes ? { ...chosen, labels: Uint8Array.from(chosen.places, (place) => classes[place]!) } : chosen;
};

interface TableParts {
  readonly reader: FeatureReader;
  readonly inputs: number;
  readonly classes: number;
  /** Index of each class id. */
  readonly indexOf: Uint8Array;
  readonly settings: TrainSettings;
  /** Tells the random pixels of one table from those of the other. */
  readonly kind: string;
  readonly onView: () => Promise<void>;
  readonly onLeftOut: OnLeftOut;
}

async function tableOf(
  { reader, inputs, classes, indexOf, settings, kind, onView, onLeftOut }: TableParts,
  images: readonly Source[],
  views: readonly View[],
  choose: Choose,
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
      const chosen = choose(known, { width, height }, count, new RandomStream(settings.seed, 'pixels', kind, number, look));
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
  return new PixelTable({ inputs, values: joined(rows.features, new Float32Array(size * inputs)) }, columns, classes);
}

/** At most as many images as views may be, at random. */
function some<T>(images: readonly T[], { seed }: TrainSettings): readonly T[] {
  if (images.length <= MOST_VIEWS) return images;
  return Array.from(new RandomStream(seed, 'unlabelled images').choose(MOST_VIEWS, images.length), (i) => images[i]!);
}

function joined<T extends Float32Array | Uint8Array>(parts: readonly T[], into: T): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}
