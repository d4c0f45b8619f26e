import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { concurrently } from './concurrently';

const never = new AbortController().signal;
const numbers = Array.from({ length: 20 }, (_, i) => i);

describe('concurrently', () => {
  test('works on every item, never more at once than allowed', async () => {
    const done: number[] = [];
    let [running, most] = [0, 0];
    const work = async (item: number): Promise<void> => {
      most = Math.max(most, ++running);
      await setTimeout(item % 3);
      running--;
      done.push(item);
    };
    await concurrently(numbers, { items: 4, room: 100, cost: () => 1 }, work, never);
    expect(done.toSorted((a, b) => a - b)).toEqual(numbers);
    expect(most).toBe(4);
  });

  test('keeps to its room, and lets an item in alone that is larger', async () => {
    let [used, most] = [0, 0];
    const sizes = [2, 2, 50, 1, 3, 3, 9, 1];
    const work = async (size: number): Promise<void> => {
      used += size;
      if (size === 50) expect(used).toBe(50);
      else most = Math.max(most, used);
      await setTimeout(1);
      used -= size;
    };
    await concurrently(sizes, { items: 8, room: 10, cost: (size) => size }, work, never);
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(3);
  });

  test('stops at the first error, after what is under way', async () => {
    const [begun, ended]: number[][] = [[], []];
    const work = async (item: number): Promise<void> => {
      begun!.push(item);
      await setTimeout(item === 3 ? 0 : 2);
      if (item === 3) throw new Error('three');
      ended!.push(item);
    };
    await expect(concurrently(numbers, { items: 4, room: 100, cost: () => 1 }, work, never)).rejects.toThrow('three');
    expect(begun!.length).toBeLessThan(8);
    expect(ended).toEqual(begun!.filter((item) => item !== 3));
  });

  test('stops when aborted', async () => {
    const abort = new AbortController();
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      await setTimeout(1);
      if (item === 5) abort.abort();
    };
    await expect(concurrently(numbers, { items: 2, room: 9, cost: () => 1 }, work, abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(begun.length).toBeLessThan(10);
  });
});
