import { type EspalierError, toEspalierError } from '@shared/errors';
import type { RunNews } from '@shared/run-news';

/** News written in one go; those that come meanwhile wait. Where as many wait, whoever tells is to wait too. */
const MOST_AT_ONCE = 1000;

/**
 * Keeps what the engine tells of a run, in order and one write at a time: what is told while one goes on is written together next. After a
 * failure nothing more is written.
 */
export class RunRecorder {
  #waiting: RunNews[] = [];
  #writing: Promise<void> | null = null;
  #failure: EspalierError | null = null;

  /** @param onFailure is called once, when news could not be written: the run is to end */
  constructor(
    private readonly write: (news: RunNews[]) => Promise<unknown>,
    private readonly onFailure: () => void,
  ) {}

  /** @returns where so much waits that nothing more should be told for now: what settles, and never rejects, when all of it is written */
  add(news: readonly RunNews[]): Promise<void> | undefined {
    if (this.#failure || news.length === 0) return undefined;
    this.#waiting.push(...news);
    this.#writing ??= this.#writeAll();
    return this.#waiting.length < MOST_AT_ONCE ? undefined : this.#writing;
  }

  /** Waits until all news are written. @throws EspalierError that of the write that failed, if one did */
  async done(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Never fails: what went wrong is for {@link done} to tell. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.write(this.#waiting.splice(0, MOST_AT_ONCE));
    } catch (thrown) {
      this.#failure = toEspalierError(thrown);
      this.#waiting = [];
      this.onFailure();
    } finally {
      this.#writing = null;
    }
  }
}
