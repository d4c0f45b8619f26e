/** How far long work is, with the time left at the speed since it began. */
export class Pace {
  readonly #begun = performance.now();

  /**
   * @param total of the work, in any unit; 0 while unknown
   * @param before what was done already when it began
   */
  constructor(
    private readonly total: number,
    private readonly before = 0,
  ) {}

  /**
   * @param done of the total, what was done before among it
   * @returns with the seconds left; null while unknown
   */
  at(done: number): { done: number; total: number; secondsLeft: number | null } {
    const { total } = this;
    const seconds = (performance.now() - this.#begun) / 1000;
    const speed = (done - this.before) / seconds;
    return { done, total, secondsLeft: speed > 0 && total > 0 ? Math.max(0, total - done) / speed : null };
  }
}
