/** Work that goes on beside the next, at most so much at once. What fails is told by the next addition, or at the end. */
export class InFlight {
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(private readonly most: number) {}

  /** Begins a piece of work once there is room for it. @throws what an earlier one has thrown */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#pending.size >= this.most) await Promise.race(this.#pending);
    this.#check();
    const one: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#pending.delete(one));
    this.#pending.add(one);
  }

  /** Resolves when nothing goes on any more, however it ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** @throws what any has thrown */
  async end(): Promise<void> {
    await this.settled();
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
