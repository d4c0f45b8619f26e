import type { Progress } from '@shared/protocol';

/** Reports how far long work is, with the time left as measured so far. */
export class ProgressMeter {
  #done = 0;
  readonly #started = performance.now();
  #reported = -Infinity;

  constructor(
    private readonly total: number,
    private readonly report: (progress: Progress) => void,
  ) {
    this.#send();
  }

  /** Counts work done; reports at most ten times a second, and always at the end. */
  advance(count = 1): void {
    this.#done += count;
    if (this.#done >= this.total || performance.now() - this.#reported >= 100) this.#send();
  }

  #send(): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const left = this.total - this.#done;
    this.#reported = performance.now();
    this.report({ done: this.#done, total: this.total, secondsLeft: this.#done === 0 ? null : Math.max(0, (seconds / this.#done) * left) });
  }
}
