import { expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { deal, type Dealt } from './deal';

const RATIOS = { train: 8, val: 1, test: 1 };

/** Images of which each has class 0, a tenth class 1 and a fiftieth class 2. */
const images = (count: number, groupOf: (id: number) => string): Dealt[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    group: groupOf(id),
    classes: [0, ...(id % 10 === 0 ? [1] : []), ...(id % 50 === 0 ? [2] : [])],
  }));

function counts(dealt: ReadonlyMap<number, string>, having: (id: number) => boolean): Record<string, number> {
  const result: Record<string, number> = { train: 0, val: 0, test: 0 };
  for (const [id, subset] of dealt) if (having(id)) result[subset]!++;
  return result;
}

it('gives each subset its share of all images and of each class, also of the rare ones', () => {
  const dealt = deal(images(1000, String), { ratios: RATIOS, seed: 1 });
  expect(counts(dealt, () => true)).toEqual({ train: 800, val: 100, test: 100 });
  expect(counts(dealt, (id) => id % 10 === 0)).toEqual({ train: 80, val: 10, test: 10 });
  expect(counts(dealt, (id) => id % 50 === 0)).toEqual({ train: 16, val: 2, test: 2 });
});

it('keeps groups together and is near the shares all the same', () => {
  const random = new RandomStream('groups');
  const groups = Array.from({ length: 1000 }, () => `video ${random.integer(60)}`);
  const dealt = deal(
    images(1000, (id) => groups[id]!),
    { ratios: RATIOS, seed: 1 },
  );
  const of = new Map<string, Set<string>>();
  for (const [id, subset] of dealt) of.set(groups[id]!, (of.get(groups[id]!) ?? new Set()).add(subset));
  expect([...of.values()].every(({ size }) => size === 1)).toBe(true);
  const { train, val, test } = counts(dealt, () => true);
  expect(Math.abs(train! - 800)).toBeLessThan(60);
  expect(Math.min(val!, test!)).toBeGreaterThan(60);
});

it('gives the same by the same seed, something else by another, and nothing to a subset without a share', () => {
  const by = (seed: number, ratios = RATIOS) => [...deal(images(200, String), { ratios, seed })];
  expect(by(3)).toEqual(by(3));
  expect(by(3)).not.toEqual(by(4));
  expect(counts(new Map(by(1, { train: 1, val: 1, test: 0 })), () => true)).toEqual({ train: 100, val: 100, test: 0 });
});

it('deals out images without labels by their number', () => {
  const bare = images(100, String).map((image) => ({ ...image, classes: [] }));
  expect(counts(deal(bare, { ratios: RATIOS, seed: 0 }), () => true)).toEqual({ train: 80, val: 10, test: 10 });
});
