/** Milliseconds after which changed labels are taken in though they go on changing. */
const PATIENCE_MS = 20_000;

/** Notices when labels have changed, and have come to rest. */
export class LabelWatch {
  /** As they were when they were last taken in, and when they were last looked at. */
  #taken: string | null = null;
  #seen: string | null = null;
  /** Since when they are other than those taken in. */
  #since = 0;

  /** @param version gives another text after each change */
  constructor(
    private readonly version: () => Promise<string>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether they are other than those taken in, and have not changed since it was last asked, or for long. */
  async due(): Promise<boolean> {
    const [before, version] = [this.#seen, await this.version()];
    this.#seen = version;
    if (version === this.#taken) {
      this.#since = 0;
      return false;
    }
    this.#since ||= this.now();
    return version === before || this.now() - this.#since >= PATIENCE_MS;
  }

  /** They are taken in as they were seen last. */
  taken(): void {
    [this.#taken, this.#since] = [this.#seen, 0];
  }

  /** They were not taken in after all. */
  again(): void {
    this.#taken = null;
  }
}
