import { toEspalierError } from '@shared/errors';
import type { Progress } from '@shared/protocol';
import type { Notices } from './notices.svelte';

/** Work that one waits for, one at a time: it says how far it is, and can be cancelled. */
export class Cancellable {
  /** How far it is, while it goes on. */
  now = $state.raw<{ readonly progress: Progress | null } | null>(null);
  #controller: AbortController | null = null;

  constructor(private readonly notices: Notices) {}

  /** Does it, in the place of what goes on. @returns null when it was cancelled, or has failed, which is told */
  async run<T>(work: (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<T>): Promise<T | null> {
    this.cancel();
    const controller = (this.#controller = new AbortController());
    const isCurrent = (): boolean => this.#controller === controller;
    this.now = { progress: null };
    try {
      const result = await work(controller.signal, (progress) => {
        if (isCurrent()) this.now = { progress };
      });
      return isCurrent() ? result : null;
    } catch (thrown) {
      if (toEspalierError(thrown).code !== 'CANCELLED') this.notices.error(thrown);
      return null;
    } finally {
      if (isCurrent()) this.#forget();
    }
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** Nobody waits for it any more. */
  clear(): void {
    this.cancel();
    this.#forget();
  }

  #forget(): void {
    this.#controller = null;
    this.now = null;
  }
}
