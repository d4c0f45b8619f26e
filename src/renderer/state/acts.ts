import { Emitter } from '../editor/emitter';

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
  /** What can be undone or done again is another than before. */
  readonly changed = new Emitter();
  #done: readonly Act[] = [];
  #undone: readonly Act[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** Takes note of an act. What was undone of the same images cannot be done again after it. */
  add(act: Act): void {
    const undone = this.#undone.filter(({ images }) => !images.some((id) => act.images.includes(id)));
    this.#set([...this.#done, act].slice(-KEPT), undone);
  }

  /** The last act about an image came to nothing. */
  drop(image: number): void {
    const act = lastOf(this.#done, image);
    this.#set(
      this.#done.filter((other) => other !== act),
      this.#undone,
    );
  }

  clear(): void {
    this.#set([], []);
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
      this.#set(
        this.#done.filter((other) => other !== act),
        this.#undone,
      );
      await act.undo();
      this.#set(this.#done, [...this.#undone, act]);
    });
  }

  /** Does again what was taken back last, of an image or of all. */
  redo(image: number | null): Promise<void> {
    return this.#inTurn(async () => {
      const act = lastOf(this.#undone, image);
      if (!act) return;
      this.#set(
        this.#done,
        this.#undone.filter((other) => other !== act),
      );
      await act.redo();
      this.#set([...this.#done, act], this.#undone);
    });
  }

  #set(done: readonly Act[], undone: readonly Act[]): void {
    [this.#done, this.#undone] = [done, undone];
    this.changed.emit();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

const lastOf = (acts: readonly Act[], image: number | null): Act | undefined =>
  image === null ? acts.at(-1) : acts.findLast(({ images }) => images.includes(image));
