import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from './throttle';

const INTERVAL = 1000;

describe('throttled work', () => {
  let times: number[];
  let length: number;
  let throttle: Throttle;
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    [times, length] = [[], 0];
    throttle = new Throttle(INTERVAL, async () => {
      times.push(Date.now());
      if (length > 0) await new Promise((done) => setTimeout(done, length));
    });
  });
  afterEach(() => void vi.useRealTimers());

  /** Asks every so many milliseconds, for so long. */
  async function askEvery(step: number, duration: number): Promise<void> {
    for (let at = 0; at < duration; at += step) {
      throttle.ask();
      await vi.advanceTimersByTimeAsync(step);
    }
  }

  it('is done at once where it rested', async () => {
    throttle.ask();
    expect(times).toEqual([0]);
    await vi.advanceTimersByTimeAsync(5 * INTERVAL);
    throttle.ask();
    expect(times).toEqual([0, 5 * INTERVAL]);
  });

  it('goes on while it is asked for without pause, and once after', async () => {
    await askEvery(100, 3500);
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(times).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  it('is not done again where nobody asked since it began', async () => {
    throttle.ask();
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(times).toEqual([0]);
  });

  it('is never under way twice, and is done again when asked for meanwhile', async () => {
    length = 2500;
    throttle.ask();
    await vi.advanceTimersByTimeAsync(500);
    throttle.ask();
    await vi.advanceTimersByTimeAsync(2500);
    expect(times).toEqual([0]);
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(times).toEqual([0, 2500 + INTERVAL]);
  });

  it('ends when stopped', async () => {
    throttle.ask();
    throttle.ask();
    throttle.stop();
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(times).toEqual([0]);
  });
});
