/** Weight of the newest step in the running average. */
const WEIGHT = 0.05;

/** Remaining time of a run, from a running average of what its steps take. */
export class SecondsLeft {
  #average: number | null = null;

  /** @param steps still to be taken */
  constructor(private steps: number) {}

  tick(seconds: number): void {
    this.steps--;
    this.#average = this.#average === null ? seconds : this.#average + WEIGHT * (seconds - this.#average);
  }

  /** Null before the first step. */
  estimate(): number | null {
    return this.#average === null ? null : Math.max(0, this.steps) * this.#average;
  }
}
