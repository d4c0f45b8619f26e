import { describe, expect, it } from 'vitest';
import { OPENING, type WorkLeft } from '@shared/run-news';
import { RemainingTime } from './remaining-time';

/** One piece of work of a run: its kind, how much of it, and how long it takes. */
interface Piece {
  readonly kind: string;
  readonly units: number;
  readonly seconds: number;
}

/**
 * A run: 20 s of opening, then epochs, then a prediction.
 * @param off how many times as long the later kinds of work take as their units let expect; the prediction so many times shorter
 */
function run(off: number): Piece[] {
  const pieces: Piece[] = [{ kind: OPENING, units: 1, seconds: 20 }];
  const epoch = (kind: string, steps: number, units: number, seconds: number): void => {
    for (let i = 0; i < steps; i++) pieces.push({ kind, units, seconds: seconds * (1 + 0.2 * Math.sin(i)) });
    for (let i = 0; i < 20; i++) pieces.push({ kind: 'evaluation', units: 2500, seconds: 0.1 });
    pieces.push({ kind: 'saving', units: 3000, seconds: 0.5 });
  };
  for (let i = 0; i < 4; i++) epoch('supervised', 100, 3000, 0.12);
  for (let i = 0; i < 100; i++) pieces.push({ kind: 'calibration', units: 1000, seconds: 0.04 * off });
  for (let i = 0; i < 4; i++) epoch('semiSupervised', 100, 7500, 0.3 * off);
  pieces.push({ kind: OPENING, units: 1, seconds: 20 });
  for (let i = 0; i < 300; i++) pieces.push({ kind: 'prediction', units: 4000, seconds: 0.16 / off });
  return pieces;
}

function follow(pieces: readonly Piece[]): { at: number; told: number | null; truth: number }[] {
  let now = 1000;
  const time = new RemainingTime(() => now);
  const total = pieces.reduce((sum, { seconds }) => sum + seconds, 0);
  let spent = 0;
  return pieces.map((piece, i) => {
    now += piece.seconds;
    spent += piece.seconds;
    time.count(piece);
    const left: Record<string, number> = {};
    for (const { kind, units } of pieces.slice(i + 1)) left[kind] = (left[kind] ?? 0) + units;
    return { at: now, told: time.tell(left), truth: total - spent };
  });
}

describe('the remaining time of a run', () => {
  const told = follow(run(2));

  it('is unknown until something was done that says how fast work is', () => {
    expect(told[0]!.told).toBeNull();
    expect(told[1]!.told).not.toBeNull();
  });

  it('follows the clock over all phases: no step of it is larger than the time passed and a tenth of what is left', () => {
    for (let i = 2; i < told.length; i++) {
      const [before, now] = [told[i - 1]!, told[i]!];
      const passed = now.at - before.at;
      expect(Math.abs(now.told! - (before.told! - passed)), `piece ${i}`).toBeLessThanOrEqual(1 + 0.1 * before.told! + passed);
    }
  });

  it('hardly goes up again where work takes about as long as its units say', () => {
    const about = follow(run(1.2));
    const total = about[0]!.truth;
    const rises: number[] = [];
    let least = Infinity;
    for (const { told: seconds } of about) {
      if (seconds === null) continue;
      rises.push(seconds - least);
      least = Math.min(least, seconds);
    }
    expect(Math.max(...rises)).toBeLessThan(0.15 * total);
  });

  it('comes close to the truth, and does not say that nothing is left while there is', () => {
    const last = told.slice(-100, -1);
    for (const { told: seconds, truth } of last) expect(Math.abs(seconds! - truth)).toBeLessThan(3);
    expect(told.slice(0, -1).every(({ told: seconds }) => seconds === null || seconds >= 1)).toBe(true);
    expect(told.at(-1)!.told).toBe(0);
  });

  it('is not misled by work that says nothing of the speed of others: it is told without units', () => {
    const time = new RemainingTime(() => 0);
    time.count({ kind: OPENING, units: 1, seconds: 30 });
    time.count({ kind: 'a', units: 0, seconds: 9 });
    expect(time.tell({ a: 10, b: 10 })).toBeNull();
    time.count({ kind: 'a', units: 10, seconds: 1 });
    expect(time.tell({ a: 10, b: 10 })).toBeCloseTo(2, 5);
    time.replan();
    expect(time.tell({ a: 10, b: 10, [OPENING]: 2 })).toBeCloseTo(62, 5);
  });

  it('expects a kind not met yet to be as fast as the others', () => {
    const time = new RemainingTime(() => 0);
    time.count({ kind: 'a', units: 10, seconds: 1 });
    time.count({ kind: 'b', units: 10, seconds: 3 });
    const left: WorkLeft = { a: 10, b: 10, c: 10 };
    expect(time.tell(left)).toBeCloseTo(1 + 3 + 2, 5);
  });

  it('tells a decision at once: what was stopped is not waited for', () => {
    let now = 0;
    const time = new RemainingTime(() => now);
    time.count({ kind: 'a', units: 10, seconds: 10 });
    expect(time.tell({ a: 1000, b: 5 })).toBe(1005);
    now = 1;
    time.replan();
    expect(time.tell({ b: 5 })).toBe(5);
  });
});
