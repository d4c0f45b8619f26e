import type { ProgressOf } from '@shared/protocol';
import { Pace } from '@shared/pace';
import { type OnLeftOut, leftOutBy, noneReadable } from '../data/left-out';
import { FeatureCache } from '../head/feature-cache';
import { FeatureSource } from '../head/feature-source';
import { Sights } from '../head/sights';
import { viewSize } from '../head/views';
import { createPixelNetwork } from '../model/create';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { decodeIndexed, type ImageFile } from '../predict/images';
import { hear } from '../process/hear';
import { openProgram } from '../programs/open';
import type { Said } from './head';
import { PREVIEW_SETTINGS } from './settings';
import { previewView, type SeenView } from './views';

/** p̃ from 0 to 255 from which on a pixel counts as sure, as with a run of `pruning`. */
const SURE = Math.round(0.7 * 255);

/** What looks over the images. */
interface Previewer {
  ask(view: SeenView): Said;
  /** Index of the class whose share is told. */
  readonly rare: number;
}

/**
 * Scores images one after the other by what a head says of them; what the backbone sees in them is kept for the next time.
 * @param progress hears the scores
 * @throws EspalierError WEIGHTS_*, NONE_READABLE; the signal's reason when it is aborted
 */
export async function scoreImages(
  images: readonly ImageFile[],
  folder: string,
  { ask, rare }: Previewer,
  signal: AbortSignal,
  progress: (progress: ProgressOf<'engine.previewAll'>) => void,
): Promise<void> {
  const { backbone, compiled } = PREVIEW_SETTINGS;
  const network = createPixelNetwork(backbone, 1);
  // Without space nothing is kept, which costs time alone.
  const cache = await FeatureCache.open(folder, () => undefined);
  const source = new FeatureSource(network, await pretrainedBackbone(backbone, network.specs), cache, () =>
    openProgram({ kind: 'features', backbone }, compiled, signal),
  );
  const sights = new Sights();
  const pace = new Pace(images.length);
  const unread: Parameters<OnLeftOut>[0][] = [];
  try {
    for (const [at, image] of images.entries()) {
      const view = previewView(image);
      const sight = (await sights.of([image], [view], signal))[0]![0]!;
      const pixels = () =>
        decodeIndexed(image).catch((error: unknown) => {
          unread.push(leftOutBy(error, 'prediction', image));
          return null;
        });
      const [look] = await source.look([{ ...sight, pixels }]);
      const scores = look ? [{ imageId: image.id, ...scoresOf(ask({ ...viewSize(image, view), maps: look.maps }), rare) }] : [];
      progress({ ...pace.at(at + 1), scores });
      await hear(signal);
    }
  } finally {
    source.dispose();
  }
  if (unread.length === images.length && unread[0]) throw noneReadable(images.length, 'previewed', unread[0]);
}

function scoresOf({ classes, confidence }: Said, rare: number): { lowConfidence: number; rare: number } {
  let [unsure, ofClass] = [0, 0];
  classes.forEach((classIndex, i) => {
    if (confidence[i]! < SURE) unsure++;
    if (classIndex === rare) ofClass++;
  });
  return { lowConfidence: unsure / classes.length, rare: ofClass / classes.length };
}
