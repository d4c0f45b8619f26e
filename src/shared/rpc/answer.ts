/** A call that is being answered: it may be aborted, or asked to tell no more for now. */
export class Answer {
  readonly #controller = new AbortController();
  /** Until more progress is wanted. */
  #pause: { readonly over: Promise<void>; readonly end: () => void } | null = null;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles when more progress is wanted; undefined when it is. */
  get pause(): Promise<void> | undefined {
    return this.#pause?.over;
  }

  want(more: boolean): void {
    if (!more && !this.#pause && !this.signal.aborted) {
      let end = (): void => undefined;
      const over = new Promise<void>((resolve) => (end = resolve));
      this.#pause = { over, end };
    } else if (more) {
      this.#pause?.end();
      this.#pause = null;
    }
  }

  abort(): void {
    this.#controller.abort();
    this.want(true);
  }
}
