/**
 * Does work that is asked for often: at once where it rested, else once more a while after it last ended. It is never under way twice,
 * and always done again after it was last asked for.
 */
export class Throttle {
  #state: 'resting' | 'working' | 'pausing' = 'resting';
  #asked = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** @param interval milliseconds from the end of the work to its next beginning */
  constructor(
    private readonly interval: number,
    private readonly work: () => Promise<void>,
  ) {}

  ask(): void {
    this.#asked = true;
    if (this.#state === 'resting') void this.#run();
  }

  /** Nothing more is done, whatever was asked for. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#pause);
  }

  async #run(): Promise<void> {
    this.#asked = false;
    this.#state = 'working';
    try {
      await this.work();
    } finally {
      this.#state = 'pausing';
      if (!this.#stopped) this.#pause = setTimeout(() => this.#rested(), this.interval);
    }
  }

  #rested(): void {
    this.#state = 'resting';
    if (this.#asked) void this.#run();
  }
}
