import { describe, expect, it } from 'vitest';
import { TileFetches } from './tile-fetches';
import type { TilePlace } from './tiles';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const row = (count: number): TilePlace[] => Array.from({ length: count }, (_, x) => ({ level: 0, x, y: 0 }));

/** Fetches whose answers and pauses the test ends. */
function fetches() {
  const asked: number[] = [];
  const answers = new Map<number, { come: () => void; fail: () => void }>();
  const pauses: { length: number; end: () => void }[] = [];
  const tiles = new TileFetches(
    ({ x }) => {
      asked.push(x);
      return new Promise((resolve, reject) => answers.set(x, { come: resolve, fail: () => reject(new Error('the library has died')) }));
    },
    (length) => new Promise((resolve) => pauses.push({ length, end: resolve })),
  );
  return { tiles, asked, answers, pauses };
}

describe('tiles that a view wants', () => {
  it('are fetched in order, a few at a time, each once', async () => {
    const { tiles, asked, answers } = fetches();
    tiles.want(row(8));
    expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
    answers.get(2)!.come();
    await turn();
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6]);
    tiles.want(row(3));
    answers.get(0)!.come();
    await turn();
    expect(asked).toHaveLength(8); // The view says that it lacks tile 2 again.
    expect(asked.at(-1)).toBe(2);
  });

  it('are asked for again when they failed, after growing pauses, as long as they are wanted', async () => {
    const { tiles, asked, answers, pauses } = fetches();
    tiles.want(row(1));
    for (let times = 1; times <= 5; times++) {
      expect(asked).toHaveLength(times);
      answers.get(0)!.fail();
      await turn();
      tiles.want(row(1));
      expect(asked).toHaveLength(times);
      pauses.at(-1)!.end();
      await turn();
    }
    expect(pauses.map(({ length }) => length)).toEqual([1000, 2000, 5000, 15_000, 15_000]);
    answers.get(0)!.come();
    await turn();
    expect(asked).toHaveLength(6);

    tiles.want(row(1));
    answers.get(0)!.fail();
    await turn();
    tiles.want([]);
    pauses.at(-1)!.end();
    await turn();
    expect(asked).toHaveLength(7);
    expect(pauses.at(-1)!.length).toBe(1000);
  });
});
