import type { ImageRecord } from '@shared/domain';
import { EspalierError, reasonOf } from '@shared/errors';
import type { LabelState } from '@shared/protocol';
import { Emitter } from '../editor/emitter';
import type { EditorSession } from '../editor/session';
import { Sessions } from '../editor/sessions';
import { libraryBackend } from '../editor/label-backend';
import type { Acts } from './acts';
import type { Images } from './images.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectCalls } from './project-calls';
import type { Runs } from './runs.svelte';
import type { Status } from './status.svelte';

/** The labels of the images in memory: what was done to them goes into the order of undo, and how saving goes is told. */
export class LabelSessions {
  /** Counts changes of sessions: what is not reactive by itself is read again after it. */
  revision = $state(0);
  /** Counts what of the labels has come to disk: strokes, steps back and forth, what was changed in the library. */
  saved = $state(0);
  /** Something could not be saved. */
  readonly failed = new Emitter<EspalierError>();
  readonly #sessions: Sessions;
  readonly #reported = new WeakMap<EditorSession, LabelState>();

  constructor(
    calls: ProjectCalls,
    acts: Acts,
    notices: Notices,
    private readonly images: Images,
    private readonly runs: Runs,
    private readonly status: Status,
  ) {
    this.#sessions = new Sessions(libraryBackend(calls));
    this.#sessions.changed.on((session) => this.#follow(session));
    this.#sessions.refused.on(({ session, error }) => {
      acts.drop(session.imageId);
      notices.error(error);
    });
    this.#sessions.stepped.on(({ imageId }) => {
      const step = (kind: 'undo' | 'redo') => async (): Promise<void> => {
        const image = await images.goTo(imageId);
        this.step(await this.free(image), kind);
      };
      acts.add({ images: [imageId], undo: step('undo'), redo: step('redo') });
    });
  }

  /** The labels of an image, if they are in memory already. */
  peek(image: ImageRecord): EditorSession | null {
    return this.#sessions.peek(image);
  }

  /** The labels of an image that is shown from now on. */
  async open(image: ImageRecord): Promise<EditorSession> {
    const session = await this.#sessions.open(image);
    this.#follow(session);
    return session;
  }

  /** Reads the labels of an image that may be shown soon. */
  async prefetch(image: ImageRecord): Promise<void> {
    await this.#sessions.open(image);
  }

  /** The labels of an image, when something can be done to them. @throws EspalierError IMAGE_UNREADABLE */
  async free(image: ImageRecord): Promise<EditorSession> {
    if (image.status !== 'ok') throw new EspalierError('IMAGE_UNREADABLE', { name: image.path, reason: image.problem ?? image.status });
    const session = await this.#sessions.open(image);
    await session.free();
    return session;
  }

  /** One step of an image's history, or the end of the gesture under way. A large step is as much to draw as the gesture was. */
  step(session: EditorSession, kind: 'undo' | 'redo'): void {
    this.runs.stepAside(true);
    session[kind]();
    this.runs.stepAside(false);
  }

  /** Fulfilled when everything painted is on disk. @throws EspalierError UNSAVED when it cannot be now */
  async flush(): Promise<void> {
    await this.#sessions.settled();
    const state = this.#sessions.saveState;
    if (state.kind === 'failed') throw new EspalierError('UNSAVED', { count: this.#sessions.pending, reason: reasonOf(state.error) });
  }

  /** Gives up what could not be saved. */
  discard(): void {
    this.#sessions.discard();
    this.status.saving = 'saved';
    this.status.unsaved = 0;
  }

  /** Tries failed saves again now. */
  retry(): void {
    this.#sessions.retry();
  }

  /** Forgets what is saved, so that it is read again: labels were changed in the library, or the project is left. */
  forget(): void {
    this.saved++;
    this.#sessions.forget();
  }

  #follow(session: EditorSession): void {
    this.revision++;
    const state = this.#sessions.saveState;
    this.status.saving = state.kind;
    this.status.unsaved = this.#sessions.pending;
    if (state.kind === 'failed') this.failed.emit(state.error);
    if (this.#reported.get(session) === session.state) return;
    const first = !this.#reported.has(session);
    this.#reported.set(session, session.state);
    if (first) return;
    this.saved++;
    this.images.labelled(session.imageId, session.state);
  }
}
