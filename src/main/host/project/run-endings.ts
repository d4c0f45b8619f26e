import type { ParamsOf } from '@shared/protocol';
import type { LibraryHost } from './library-host';

/** Records how trainings end; what could not be recorded then is, before anything else begins. */
export class RunEndings {
  #owed: { readonly folder: string | null; readonly finish: ParamsOf<'runs.finish'> } | null = null;

  constructor(private readonly library: LibraryHost) {}

  async finish(finish: ParamsOf<'runs.finish'>): Promise<void> {
    this.#owed = { folder: this.library.folder, finish };
    await this.library.callAgain('runs.finish', finish);
    this.#owed = null;
  }

  /** Records the end of the run before, where that was not possible then. A project opened anew has noticed by itself. */
  async payOwed(): Promise<void> {
    const owed = this.#owed;
    this.#owed = null;
    if (owed?.folder === this.library.folder && owed) await this.finish(owed.finish);
  }
}
