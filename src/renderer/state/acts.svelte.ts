/** Something the user did to some images that can be taken back and done again. */
export interface Act {
  readonly images: readonly number[];
  undo(): Promise<void>;
  redo(): Promise<void>;
}

/** What can be taken back at most. */
const KEPT = 1000;

/** What was done in the open project, the latest last: one order of undo for strokes, decisions and marks of all images. */
export class Acts {
  #done = $state.raw<readonly Act[]>([]);
  #undone = $state.raw<readonly Act[]>([]);
  #turn: Promise<unknown> = Promise.resolve();

  /** Takes note of an act. What was undone of the same images cannot be done again after it. */
  add(act: Act): void {
    this.#done = [...this.#done, act].slice(-KEPT);
    this.#undone = this.#undone.filter(({ images }) => !images.some((id) => act.images.includes(id)));
  }

  /** The last act about an image came to nothing. */
  drop(image: number): void {
    const act = lastOf(this.#done, image);
    this.#done = this.#done.filter((other) => other !== act);
  }

  clear(): void {
    this.#done = [];
    this.#undone = [];
  }

  /** @param image null: whichever */
  canUndo(image: number | null): boolean {
    return lastOf(this.#done, image) !== undefined;
  }

  canRedo(image: number | null): boolean {
    return lastOf(this.#undone, image) !== undefined;
  }

  /** Takes back the last act about an image, or of all. */
  undo(image: number | null): Promise<void> {
    return this.#inTurn(async () => {
      const act = lastOf(this.#done, image);
      if (!act) return;
      this.#done = this.#done.filter((other) => other !== act);
      await act.undo();
      this.#undone = [...this.#undone, act];
    });
  }

  /** Does again what was taken back last, of an image or of all. */
  redo(image: number | null): Promise<void> {
    return this.#inTurn(async () => {
      const act = lastOf(this.#undone, image);
      if (!act) return;
      this.#undone = this.#undone.filter((other) => other !== act);
      await act.redo();
      this.#done = [...this.#done, act];
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

const lastOf = (acts: readonly Act[], image: number | null): Act | undefined =>
  image === null ? acts.at(-1) : acts.findLast(({ images }) => images.includes(image));
