import { toEspalierError } from '@shared/errors';

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'info';
  readonly sentence: string;
  /** The stable code of an error, to look it up or report it. */
  readonly code: string | null;
}

/** Milliseconds an information stays; errors stay until dismissed. */
const INFO_STAYS = 6000;

/** What the window has to tell: plain sentences, the newest last. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #next = 1;

  /** Shows anything thrown as its sentence. What the user cancelled needs no notice; the same error is shown once. */
  error(thrown: unknown): void {
    const error = toEspalierError(thrown);
    if (error.code === 'CANCELLED') return;
    this.#add({ kind: 'error', sentence: error.message, code: error.code });
  }

  /** Shows a sentence made elsewhere, such as the reason of a failed run. */
  failure(sentence: string, code: string | null = null): void {
    this.#add({ kind: 'error', sentence, code });
  }

  info(sentence: string): void {
    const id = this.#add({ kind: 'info', sentence, code: null });
    setTimeout(() => this.dismiss(id), INFO_STAYS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** What was told concerned a project that is no longer open. */
  clear(): void {
    this.list = [];
  }

  /** Runs an action of the user and shows its failure. Tells whether it succeeded. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.error(thrown);
      return false;
    }
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#next++;
    const others = this.list.filter(({ sentence }) => sentence !== notice.sentence);
    this.list = [...others, { id, ...notice }].slice(-4);
    return id;
  }
}
