import { expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { clustersOf } from './clusters';
import { type Embeddings, typicalOf } from './typical';

const pause = (): Promise<void> => Promise.resolve();

/** Points scattered around middles on a line, so many around each; labelled ones, where there are, come first. */
function around(middles: readonly (readonly [middle: number, count: number])[]): Embeddings {
  const random = new RandomStream('points');
  return {
    size: 2,
    values: Float32Array.from(
      middles.flatMap(([middle, count]) => Array.from({ length: count }, () => [middle + random.uniform(-0.1, 0.1), 0]).flat()),
    ),
  };
}

/** Three that lie apart. */
const GROUPS = around([
  [0, 5],
  [10, 3],
  [20, 8],
]);

it('finds clusters that lie apart, whatever it begins with', async () => {
  for (let seed = 0; seed < 5; seed++) {
    const clusters = await clustersOf(GROUPS, 3, new RandomStream(seed), pause);
    expect(clusters.map((members) => [...members].sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7],
      [8, 9, 10, 11, 12, 13, 14, 15],
    ]);
  }
});

it('makes no more clusters than points that differ', async () => {
  const same = { size: 1, values: new Float32Array(6) };
  expect(await clustersOf(same, 4, new RandomStream(1), pause)).toEqual([[0, 1, 2, 3, 4, 5]]);
});

const groupOf = (image: number): number => (image < 5 ? 0 : image < 8 ? 1 : 2);

it('suggests an image of each group, the largest first', async () => {
  const images = await typicalOf(GROUPS, 0, 3, 1, pause);
  expect(images.map(groupOf)).toEqual([2, 0, 1]);
});

it('suggests what is least like the labelled images first, and never those', async () => {
  // The first of them is labelled.
  const images = await typicalOf(GROUPS, 1, 2, 1, pause);
  expect(images.map(groupOf)).toEqual([2, 1]);
});

it('prefers an image in the midst of its like to one at their edge', async () => {
  const values = Float32Array.from([0, 0.5, 0.52, 0.54, 0.5, 0.53, 1]);
  const [first] = await typicalOf({ size: 1, values }, 0, 1, 1, pause);
  expect([1, 2, 3, 4, 5]).toContain(first);
});

it('suggests all others where more are wanted than there are, each once', async () => {
  const images = await typicalOf(
    around([
      [0, 3],
      [10, 2],
    ]),
    1,
    50,
    1,
    pause,
  );
  expect([...images].sort()).toEqual([1, 2, 3, 4]);
  expect(await typicalOf(around([[0, 3]]), 3, 5, 1, pause)).toEqual([]);
});
