/** Tells how long each of several things took that come one after the other. */
export class Stopwatch {
  #last = performance.now();

  /** Seconds since the one before. */
  lap(): number {
    const now = performance.now();
    const seconds = (now - this.#last) / 1000;
    this.#last = now;
    return seconds;
  }
}
