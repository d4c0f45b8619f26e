import { OPENING, type Work, type WorkLeft } from '@shared/run-news';

/** What earlier work of a kind still counts when more of it has been done. */
const REMEMBERED = 0.97;

/** Seconds in which what is told moves most of its way to what is expected now: a share of what is left, within bounds. */
const SETTLES = { share: 0.1, least: 2, most: 30 } as const;

/**
 * The time that all the work to come will take: what is left of each kind, at the speed of that kind, or at that of the others until it
 * has been met. What is told follows the clock, and moves to a changed expectation bit by bit instead of jumping there.
 */
export class RemainingTime {
  readonly #spent = new Map<string, { units: number; seconds: number }>();
  #told: { seconds: number; at: number } | null = null;

  /** @param clock seconds since any moment */
  constructor(private readonly clock: () => number = () => performance.now() / 1000) {}

  /** Counts work that was done. */
  count({ kind, units, seconds }: Work): void {
    if (units === 0) return;
    const spent = this.#spent.get(kind) ?? { units: 0, seconds: 0 };
    this.#spent.set(kind, { units: spent.units * REMEMBERED + units, seconds: spent.seconds * REMEMBERED + seconds });
  }

  /**
   * Tells how long what is left will take.
   * @returns seconds, at least one while anything is left; null before anything was done
   */
  tell(left: WorkLeft): number | null {
    const expected = this.#expected(left);
    if (expected === null) return null;
    const now = this.clock();
    const seconds = this.#told === null ? expected : settled(this.#told.seconds, now - this.#told.at, expected);
    this.#told = { seconds, at: now };
    return expected > 0 ? Math.max(1, seconds) : 0;
  }

  /** Forgets what was told: what is left has changed by decision, and not because it was misjudged. */
  replan(): void {
    this.#told = null;
  }

  #expected(left: WorkLeft): number | null {
    let [units, seconds] = [0, 0];
    for (const [kind, spent] of this.#spent) {
      if (kind === OPENING) continue;
      units += spent.units;
      seconds += spent.seconds;
    }
    if (units === 0) return null;
    return Object.entries(left).reduce((sum, [kind, units_]) => {
      const own = this.#spent.get(kind);
      if (own) return sum + (units_ * own.seconds) / own.units;
      return kind === OPENING ? sum : sum + (units_ * seconds) / units;
    }, 0);
  }
}

function settled(told: number, passed: number, expected: number): number {
  const due = Math.max(0, told - passed);
  const within = Math.min(Math.max(SETTLES.share * expected, SETTLES.least), SETTLES.most);
  return due + (expected - due) * (1 - Math.exp(-passed / within));
}
