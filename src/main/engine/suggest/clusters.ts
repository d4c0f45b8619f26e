import type { RandomStream } from '@shared/random';
import type { Embeddings } from './typical';

const MOST_ROUNDS = 20;

/**
 * Parts points into clusters around means (Lloyd 1982), begun as k-means++ does (Arthur and Vassilvitskii 2007).
 * @param count of clusters, at most as many as there are points
 * @param pause is waited for between rounds
 * @returns numbers of the points of each cluster that has some, those nearest to its mean first
 */
export async function clustersOf(points: Embeddings, count: number, random: RandomStream, pause: () => Promise<void>): Promise<number[][]> {
  const { size, values } = points;
  const total = values.length / size;
  const point = (i: number): Float32Array => values.subarray(i * size, (i + 1) * size);
  const means = begin(point, total, count, random).map((image) => Float64Array.from(point(image)));
  const nearest = new Int32Array(total).fill(-1);
  const distances = new Float64Array(total);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = 0;
    for (let i = 0; i < total; i++) {
      let [best, least] = [0, Infinity];
      for (const [k, mean] of means.entries()) {
        const apart = squared(point(i), mean);
        if (apart < least) [best, least] = [k, apart];
      }
      moved += Number(nearest[i] !== best);
      nearest[i] = best;
      distances[i] = least;
    }
    await pause();
    if (moved === 0) break;
    const counts = new Float64Array(means.length);
    for (const i of nearest.keys()) counts[nearest[i]!]!++;
    // A mean that nothing is nearest to stays where it is.
    means.forEach((mean, k) => counts[k]! > 0 && mean.fill(0));
    for (let i = 0; i < total; i++) {
      const [own, mean] = [point(i), means[nearest[i]!]!];
      const share = 1 / counts[nearest[i]!]!;
      for (let c = 0; c < size; c++) mean[c]! += own[c]! * share;
    }
  }
  const clusters: number[][] = means.map(() => []);
  nearest.forEach((k, i) => clusters[k]!.push(i));
  for (const members of clusters) members.sort((a, b) => distances[a]! - distances[b]! || a - b);
  return clusters.filter(({ length }) => length > 0);
}

/** Points that clusters begin around: each drawn in proportion to the square of its distance to those before it. */
function begin(point: (i: number) => Float32Array, total: number, count: number, random: RandomStream): number[] {
  const chosen = [random.integer(total)];
  const apart = new Float64Array(total).fill(Infinity);
  while (chosen.length < count) {
    let sum = 0;
    for (let i = 0; i < total; i++) sum += apart[i] = Math.min(apart[i]!, squared(point(i), point(chosen.at(-1)!)));
    if (sum === 0) break;
    let rest = random.uniform(0, sum);
    let next = apart.findIndex((each) => (rest -= each) < 0);
    if (next < 0) next = apart.indexOf(apart.reduce((most, each) => Math.max(most, each)));
    chosen.push(next);
  }
  return chosen;
}

function squared(a: Float32Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
