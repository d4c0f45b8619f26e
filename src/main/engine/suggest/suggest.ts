import type { Progress } from '@shared/protocol';
import { Pace } from '@shared/pace';
import type { CallContext } from '@shared/rpc';
import { withRgb } from '../../media/decode';
import { type OnLeftOut, leftOutBy, noneReadable } from '../data/left-out';
import type { FrozenBackbone, SharedBackbone } from '../head/frozen-backbone';
import { batchesOf } from '../predict/batches';
import type { ImageFile } from '../predict/images';
import { hear } from '../process/hear';
import { type Embeddings, typicalOf } from './typical';

/** Side of the square that every image is looked at as, pixels: as the backbone was pretrained. */
const SIDE = 224;
const SHAPE = [SIDE, SIDE] as const;
const SEED = 0;

export interface SuggestionRequest {
  readonly labelled: readonly ImageFile[];
  readonly unlabelled: readonly ImageFile[];
  /** Images that are wanted. */
  readonly count: number;
}

/**
 * Images that are worth labelling first: typical of many others, and unlike each other and what has labels, as the frozen backbone sees them
 * (see {@link typicalOf}).
 * @returns ids, the first to label first; images that cannot be read are left out
 * @throws EspalierError WEIGHTS_*, NONE_READABLE; the signal's reason when it is aborted
 */
export async function suggest(
  { labelled, unlabelled, count }: SuggestionRequest,
  shared: SharedBackbone,
  { signal, progress }: CallContext<Progress>,
): Promise<number[]> {
  const backbone = await shared.open();
  const images = [...labelled, ...unlabelled];
  const pace = new Pace(images.length);
  const known: { readonly image: ImageFile; readonly embedding: Float32Array }[] = [];
  const unread: Parameters<OnLeftOut>[0][] = [];
  let done = 0;
  for (const batch of batchesOf(images, () => SHAPE, backbone.atOnce)) {
    const seen = await Promise.all(batch.map((image) => squareOf(image, (leftOut) => unread.push(leftOut))));
    const readable = batch.filter((_, i) => seen[i]);
    const embeddings = embed(
      backbone,
      seen.filter((each) => each !== null),
    );
    readable.forEach((image, i) => known.push({ image, embedding: embeddings[i]! }));
    progress(pace.at((done += batch.length)));
    await hear(signal);
  }
  if (known.length === 0 && unread[0]) throw noneReadable(images.length, 'suggested', unread[0]);
  const withLabels = new Set(labelled);
  const chosen = await typicalOf(
    joined(known.map(({ embedding }) => embedding)),
    known.filter(({ image }) => withLabels.has(image)).length,
    count,
    SEED,
    () => hear(signal),
  );
  return chosen.map((number) => known[number]!.image.id);
}

async function squareOf(image: ImageFile, onLeftOut: OnLeftOut): Promise<Uint8Array | null> {
  try {
    return await withRgb(image.path, (picture) => picture.resize(SIDE, SIDE, { fit: 'fill' }).raw().toBuffer());
  } catch (error) {
    onLeftOut(leftOutBy(error, 'training', image));
    return null;
  }
}

/** What the backbone's last map holds on the mean, at unit length. */
function embed(backbone: FrozenBackbone, squares: readonly Uint8Array[]): Float32Array[] {
  return backbone.look(squares.map((data) => ({ width: SIDE, height: SIDE, data }))).map(({ windows }) => {
    const mean = Float32Array.from(windows[0]!.maps.at(-1)!.values);
    const length = Math.hypot(...mean) || 1;
    return mean.map((value) => value / length);
  });
}

function joined(parts: readonly Float32Array[]): Embeddings {
  const size = parts[0]?.length ?? 1;
  const values = new Float32Array(parts.length * size);
  parts.forEach((part, i) => values.set(part, i * size));
  return { size, values };
}
