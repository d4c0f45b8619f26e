import { Emitter } from './emitter';
import { EditorSession } from './session';
import type { SaveState } from './save-queue';
import type { LabelStore } from './store';

/** Label pixels held in memory at most, beside the image being worked on and work not saved yet. */
const BUDGET = 150_000_000;

/**
 * The sessions in memory: of the image being worked on, of its neighbours, and of images left while their last strokes were still
 * being written. There is never more than one for an image.
 */
export class Sessions {
  /** A session was changed, by painting, saving or failing to. */
  readonly changed = new Emitter<EditorSession>();
  /** In order of use, the latest last. */
  readonly #sessions = new Map<number, Promise<EditorSession>>();
  readonly #loaded = new Map<number, EditorSession>();

  constructor(private readonly store: LabelStore) {}

  /** The worst of all save states: failed before saving before saved. */
  get saveState(): SaveState {
    const states = [...this.#loaded.values()].map((session) => session.saveState);
    return states.find((s) => s.kind === 'failed') ?? states.find((s) => s.kind === 'saving') ?? { kind: 'saved' };
  }

  /** The session of an image, if it is in memory already. */
  peek(imageId: number): EditorSession | null {
    return this.#loaded.get(imageId) ?? null;
  }

  open(imageId: number): Promise<EditorSession> {
    const known = this.#sessions.get(imageId);
    this.#sessions.delete(imageId);
    const session = known ?? this.#load(imageId);
    this.#sessions.set(imageId, session);
    this.#spare(imageId);
    return session;
  }

  /** Fulfilled when everything painted anywhere is on disk. */
  async flushed(): Promise<void> {
    await Promise.all([...this.#loaded.values()].map((session) => session.flushed()));
  }

  retry(): void {
    for (const session of this.#loaded.values()) session.retry();
  }

  /** Forgets what is held, so that it is read again: labels changed in the library. What is unsaved stays and finds out by itself. */
  forget(): void {
    for (const [imageId, session] of this.#loaded) if (session.saveState.kind === 'saved') this.#drop(imageId);
  }

  async #load(imageId: number): Promise<EditorSession> {
    try {
      const session = await EditorSession.load(imageId, this.store);
      this.#loaded.set(imageId, session);
      session.changed.on(() => this.changed.emit(session));
      return session;
    } catch (thrown) {
      this.#sessions.delete(imageId);
      throw thrown;
    }
  }

  #drop(imageId: number): void {
    this.#loaded.delete(imageId);
    this.#sessions.delete(imageId);
  }

  /** Forgets the longest unused saved sessions while more is held than the budget allows. */
  #spare(except: number): void {
    let held = 0;
    for (const { document } of this.#loaded.values()) held += document.data.length;
    for (const imageId of [...this.#sessions.keys()]) {
      if (held <= BUDGET && this.#sessions.size <= 8) return;
      const session = this.#loaded.get(imageId);
      if (imageId === except || !session || session.saveState.kind !== 'saved' || session.document.gesture) continue;
      held -= session.document.data.length;
      this.#drop(imageId);
    }
  }
}
