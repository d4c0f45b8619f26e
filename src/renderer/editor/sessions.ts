import type { EspalierError } from '@shared/errors';
import { Emitter } from './emitter';
import { EditorSession } from './session';
import type { SaveState } from './save-queue';
import type { LabelBackend } from './label-backend';

/** An image as its record names it: a file that changed is another image. */
export interface Opened {
  readonly id: number;
  readonly version: string;
}

/** Label pixels held in memory at most, beside the image being worked on and work not saved yet. */
const BUDGET = 150_000_000;

/**
 * The sessions in memory: of the image being worked on, of its neighbours, and of images left while their last strokes were still
 * being written. There is never more than one for an image.
 */
export class Sessions {
  /** A session was changed, by painting, saving or failing to. */
  readonly changed = new Emitter<EditorSession>();
  /** The library would not take a change, and it was taken back. */
  readonly refused = new Emitter<{ readonly session: EditorSession; readonly error: EspalierError }>();
  /** A session has one more step that can be undone. */
  readonly stepped = new Emitter<EditorSession>();
  /** By image and version, in order of use, the latest last. */
  readonly #sessions = new Map<string, Promise<EditorSession>>();
  readonly #loaded = new Map<string, EditorSession>();

  constructor(private readonly store: LabelBackend) {}

  /** The worst of all save states: failed before saving before saved. */
  get saveState(): SaveState {
    const states = [...this.#loaded.values()].map((session) => session.saveState);
    return states.find((s) => s.kind === 'failed') ?? states.find((s) => s.kind === 'saving') ?? { kind: 'saved' };
  }

  /** The session of an image, if it is in memory already. */
  peek({ id, version }: Opened): EditorSession | null {
    return this.#loaded.get(`${id} ${version}`) ?? null;
  }

  open({ id, version }: Opened): Promise<EditorSession> {
    const key = `${id} ${version}`;
    const known = this.#sessions.get(key);
    this.#sessions.delete(key);
    const session = known ?? this.#load(key, id);
    this.#sessions.set(key, session);
    this.#spare(key);
    return session;
  }

  /** Changes that are not saved yet, of all images. */
  get pending(): number {
    return [...this.#loaded.values()].reduce((sum, { saveState }) => sum + (saveState.kind === 'saved' ? 0 : saveState.pending), 0);
  }

  /** Fulfilled when everything painted anywhere is on disk, or cannot be saved now. */
  async settled(): Promise<void> {
    await Promise.all([...this.#loaded.values()].map((session) => session.settled()));
  }

  /** Gives up what is not saved yet, and forgets everything that is held. */
  discard(): void {
    for (const [key, session] of this.#loaded) {
      session.discard();
      this.#drop(key);
    }
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
    for (const [key, session] of this.#loaded) if (session.saveState.kind === 'saved') this.#drop(key);
  }

  async #load(key: string, imageId: number): Promise<EditorSession> {
    try {
      const session = await EditorSession.load(imageId, this.store);
      this.#loaded.set(key, session);
      session.changed.on(() => this.changed.emit(session));
      session.refused.on((error) => this.refused.emit({ session, error }));
      session.stepped.on(() => this.stepped.emit(session));
      return session;
    } catch (thrown) {
      this.#sessions.delete(key);
      throw thrown;
    }
  }

  #drop(key: string): void {
    this.#loaded.delete(key);
    this.#sessions.delete(key);
  }

  /** Forgets the longest unused saved sessions while more is held than the budget allows. */
  #spare(except: string): void {
    let held = 0;
    for (const { document } of this.#loaded.values()) held += document.data.length;
    for (const key of [...this.#sessions.keys()]) {
      if (held <= BUDGET && this.#sessions.size <= 8) return;
      const session = this.#loaded.get(key);
      if (key === except || !session || session.saveState.kind !== 'saved' || session.document.gesture) continue;
      held -= session.document.data.length;
      this.#drop(key);
    }
  }
}
