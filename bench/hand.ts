/**
 * A hand on a mouse, for counting time. Pointing takes log2(D / W + 1) / 4.5 seconds (Fitts' law at the throughput ISO 9241 tests
 * find for mice), drawing 0.08 seconds for each width of the tunnel it must stay in (steering law), a key or a look at what comes next
 * the times of the keystroke-level model, rounded.
 */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const BITS_A_SECOND = 4.5;
const SECONDS_A_WIDTH = 0.08;
const PRESS = 0.1;
const KEY = 0.25;
const LOOK = 0.4;

export class Hand {
  seconds = 0;
  gestures = 0;
  #at: Place = { x: 0, y: 0 };
  #seed = 7;

  /** Presses a key. */
  key(): void {
    this.seconds += KEY;
  }

  /** Looks, points and presses: W is how far from the point will do, to all sides together; all in image pixels. */
  press(at: Place, width: number): void {
    const distance = Math.hypot(at.x - this.#at.x, at.y - this.#at.y);
    this.seconds += LOOK + Math.log2(distance / Math.max(width, 1) + 1) / BITS_A_SECOND + PRESS;
    this.gestures++;
    this.#at = at;
  }

  /** Draws on, through a tunnel of a width. */
  draw(path: readonly Place[], width: number): void {
    for (const to of path) {
      this.seconds += (SECONDS_A_WIDTH * Math.hypot(to.x - this.#at.x, to.y - this.#at.y)) / Math.max(width, 1);
      this.#at = to;
    }
  }

  /** Drags a value to the right place among so many. */
  adjust(steps: number): void {
    this.seconds += Math.log2(steps + 1) / BITS_A_SECOND;
  }

  /** Where the hand really goes when it aims at the points of a path: slowly wandering off, by about `error` pixels. */
  aim(path: readonly Place[], error: number): [number, number][] {
    let [dx, dy] = [this.#normal() * error, this.#normal() * error];
    return path.map(({ x, y }) => {
      [dx, dy] = [0.8 * dx + 0.6 * error * this.#normal(), 0.8 * dy + 0.6 * error * this.#normal()];
      return [x + dx, y + dy];
    });
  }

  #normal(): number {
    const uniform = (): number => (this.#seed = (this.#seed * 16807) % 2147483647) / 2147483647;
    return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }
}
