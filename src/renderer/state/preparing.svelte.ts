import type { Progress } from '@shared/protocol';
import type { Notices } from './notices.svelte';

/** Work that must end before anything else can begin, such as making the sample. */
export class Preparing {
  now = $state.raw<{ readonly what: string; readonly progress: Progress | null } | null>(null);

  constructor(private readonly notices: Notices) {}

  /** Shows the progress of some work while it is done, and its failure. */
  async during(what: string, work: (onProgress: (progress: Progress) => void) => Promise<void>): Promise<void> {
    this.now = { what, progress: null };
    await this.notices.attempt(() => work((progress) => (this.now = { what, progress })));
    this.now = null;
  }
}
