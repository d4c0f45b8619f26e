/** Milliseconds. */
export interface AsideTimes {
  /** From the end of a gesture until the process goes on: its save, its drawing and the next of a series shall be smooth too. */
  readonly after: number;
  /** From the beginning of a gesture until the process goes on in any case: its end may never be heard of. */
  readonly atMost: number;
}

/** When a process that steps aside for gestures is frozen, and when it goes on. */
export class Aside {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly times: AsideTimes,
    private readonly freeze: () => void,
    private readonly thaw: () => void,
  ) {}

  /** A gesture begins. */
  begin(): void {
    this.freeze();
    this.#thawIn(this.times.atMost);
  }

  /** The gesture has ended. */
  end(): void {
    if (this.#timer) this.#thawIn(this.times.after);
  }

  /** Goes on now, until the next gesture. */
  over(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.thaw();
  }

  #thawIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.over(), ms);
  }
}
