import { describe, expect, test } from 'vitest';
import { SecondsLeft } from './seconds-left';

describe('the time left of a run', () => {
  test('is unknown before the first step', () => {
    expect(new SecondsLeft({ supervised: 3, semiSupervised: 4 }).estimate()).toBeNull();
  });

  test('expects longer steps after the warm-up before there has been one', () => {
    const left = new SecondsLeft({ supervised: 3, semiSupervised: 4 });
    left.tick('supervised', 2);
    expect(left.estimate()).toBe(2 * 2 + 4 * 5);
  });

  test('goes by what steps of each kind take', () => {
    const left = new SecondsLeft({ supervised: 1, semiSupervised: 5 });
    left.tick('supervised', 2);
    left.tick('semiSupervised', 6);
    expect(left.estimate()).toBe(4 * 6);
    left.tick('semiSupervised', 16);
    expect(left.estimate()).toBe(3 * 6.5);
  });

  test('of a run resumed after its warm-up is that of the steps left', () => {
    const left = new SecondsLeft({ supervised: 0, semiSupervised: 3 });
    left.tick('semiSupervised', 7);
    expect(left.estimate()).toBe(14);
  });
});
