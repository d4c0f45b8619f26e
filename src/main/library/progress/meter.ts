import { Pace } from '@shared/pace';
import type { Progress } from '@shared/protocol';

/** Reports how far long work is, now and then. */
export class ProgressMeter {
  #done = 0;
  readonly #pace: Pace;
  #reported = -Infinity;

  constructor(
    private readonly total: number,
    private readonly report: (progress: Progress) => void,
  ) {
    this.#pace = new Pace(total);
    this.#send();
  }

  /** Counts work done; reports at most ten times a second, and always at the end. */
  advance(count = 1): void {
    this.#done += count;
    if (this.#done >= this.total || performance.now() - this.#reported >= 100) this.#send();
  }

  #send(): void {
    this.#reported = performance.now();
    this.report(this.#pace.at(this.#done));
  }
}
