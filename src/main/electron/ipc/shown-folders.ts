import { stat } from 'node:fs/promises';
import { extname } from 'node:path';

/**
 * The folders that a window may have the system show: that of its project, and those it exported to. Whatever else a page names is not
 * handed to the system, which would open a file with its program, and start one that is a program.
 */
export class ShownFolders {
  readonly #exported = new Set<string>();
  /** The folder of the project that is open, if one is. */
  project: string | null = null;

  add(exported: string): void {
    this.#exported.add(exported);
  }

  /** Whether a path is one of these and is a folder now. On macOS a folder with an extension may be a program. */
  async mayShow(path: string): Promise<boolean> {
    if (path !== this.project && !this.#exported.has(path)) return false;
    if (process.platform === 'darwin' && extname(path) !== '') return false;
    return stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }
}
