import { RandomStream } from '@shared/random';
import { clustersOf } from './clusters';

/** Neighbours whose mean distance says how typical an image is. */
const NEIGHBOURS = 20;
/** Clusters at most. */
const MOST_CLUSTERS = 200;
/** Images of a cluster at most that are compared with each other: those nearest to its middle. */
const MOST_COMPARED = 400;

/** Embeddings of images at unit length, one after the other. */
export interface Embeddings {
  readonly size: number;
  readonly values: Float32Array;
}

/**
 * Images to label first: as many clusters as there are labels, those to come among them; of the largest cluster without a label the most typical
 * image, then of the next (TypiClust, Hacohen et al. 2022). Where all clusters have labels, those with the fewest come first.
 * @param embeddings of the labelled images first
 * @param labelled how many of the images have labels
 * @param count images that are wanted
 * @param pause is waited for now and then
 * @returns numbers of images, the first to label first
 */
export async function typicalOf(
  embeddings: Embeddings,
  labelled: number,
  count: number,
  seed: number,
  pause: () => Promise<void>,
): Promise<number[]> {
  const images = embeddings.values.length / embeddings.size;
  const wanted = Math.min(count, images - labelled);
  if (wanted <= 0) return [];
  const clusters = await clustersOf(
    embeddings,
    Math.min(MOST_CLUSTERS, images, labelled + wanted),
    new RandomStream(seed, 'clusters'),
    pause,
  );
  const open = clusters.map((members) => ({
    labels: members.filter((image) => image < labelled).length,
    others: members.filter((image) => image >= labelled),
  }));
  const chosen: number[] = [];
  while (chosen.length < wanted) {
    const [next] = open.filter(({ others }) => others.length > 0).sort((a, b) => a.labels - b.labels || b.others.length - a.others.length);
    const typical = mostTypical(embeddings, next!.others);
    next!.others.splice(next!.others.indexOf(typical), 1);
    next!.labels++;
    chosen.push(typical);
    await pause();
  }
  return chosen;
}

/** The image whose nearest neighbours are nearest. @param members of one cluster, those nearest to its middle first */
function mostTypical(embeddings: Embeddings, members: readonly number[]): number {
  const compared = members.slice(0, MOST_COMPARED);
  const [first] = compared
    .map((image) => {
      const distances = compared.filter((other) => other !== image).map((other) => distance(embeddings, image, other));
      const nearest = distances.sort((a, b) => a - b).slice(0, NEIGHBOURS);
      return { image, mean: nearest.reduce((sum, each) => sum + each, 0) / Math.max(1, nearest.length) };
    })
    .sort((a, b) => a.mean - b.mean || a.image - b.image);
  return first!.image;
}

function distance({ size, values }: Embeddings, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (values[a * size + i]! - values[b * size + i]!) ** 2;
  return Math.sqrt(sum);
}
