import { readFile, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError, isDiskFull, isMissing, reasonOf } from '@shared/errors';
import { makeOwnFolder, namesInOwn, removeOwn, writeOwnFile } from '../../media/own-files';
import { decodeFeatures, encodeFeatures } from './feature-file';

/** Bytes at most, and their share of the space that is free. */
const MOST = 8e9;
const SHARE = 0.1;

const EXTENSION = '.maps';
/** Tells programs that make backups to leave the folder out (bford.info/cachedir). */
const TAG = {
  name: 'CACHEDIR.TAG',
  content: 'Signature: 8a477f597d28d172789f06886806bc55\n# Espalier makes these files again when they are gone.\n',
};

interface Kept {
  readonly bytes: number;
  /** When it was last used, milliseconds. */
  readonly used: number;
}

/**
 * What backbones saw in the images of a project, on disk: files of which any may be removed at any time. Those used longest ago make way
 * for new ones, never those that the present run has used. Without space, or where writing is not permitted, nothing more is kept.
 */
export class FeatureCache {
  readonly #kept = new Map<string, Kept>();
  readonly #ours = new Set<string>();
  #bytes = 0;
  #keeping = true;
  #damaged = false;

  private constructor(
    private readonly folder: string,
    private readonly note: (sentence: string) => void,
    private readonly most: (bytes: number) => Promise<number>,
  ) {}

  /**
   * @param folder made when it is not there
   * @param note hears, once each, that nothing is kept and that something was damaged
   * @param most bytes at most, while so many are used
   * @throws EspalierError PROJECT_LINK
   */
  static async open(folder: string, note: (sentence: string) => void, most = shareOfFree(folder)): Promise<FeatureCache> {
    const cache = new FeatureCache(folder, note, most);
    await cache.#try(() => cache.#open());
    return cache;
  }

  has(key: string): boolean {
    return this.#kept.has(key);
  }

  /** What is kept under a key, so many values; null for nothing, and for something else, which is removed. */
  async read(key: string, length: number): Promise<Float16Array | null> {
    if (!this.#kept.has(key)) return null;
    const file = this.#file(key);
    // Somebody may have removed it meanwhile; anything else that keeps it from being read is damage.
    const values = await readFile(file).then(decodeFeatures, (error: unknown) => (isMissing(error) ? 'gone' : null));
    if (values !== null && values !== 'gone' && values.length === length) {
      this.#ours.add(key);
      await this.#try(() => utimes(file, new Date(), new Date()));
      return values;
    }
    await this.#try(() => this.#remove(key));
    if (values !== 'gone' && !this.#damaged) {
      this.#damaged = true;
      this.note('Features that an earlier run had kept were damaged; they are computed again.');
    }
    return null;
  }

  /** Keeps values under a key where there is room for them. */
  async write(key: string, values: Float16Array): Promise<void> {
    await this.#try(async () => {
      if (!this.#keeping) return;
      const parts = encodeFeatures(values);
      const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (!(await this.#makeRoom(bytes))) return;
      await writeOwnFile(this.#file(key), parts, false);
      this.#kept.set(key, { bytes, used: Date.now() });
      this.#ours.add(key);
      this.#bytes += bytes;
    });
  }

  async #open(): Promise<void> {
    await makeOwnFolder(this.folder);
    const names = await namesInOwn(this.folder);
    if (!names.includes(TAG.name)) await writeOwnFile(join(this.folder, TAG.name), TAG.content);
    for (const name of names) {
      const file = join(this.folder, name);
      if (name.endsWith(EXTENSION)) {
        const { size, mtimeMs } = await stat(file);
        this.#kept.set(name.slice(0, -EXTENSION.length), { bytes: size, used: mtimeMs });
        this.#bytes += size;
      } else if (name !== TAG.name) await removeOwn(file);
    }
  }

  /** Whether so many bytes more are within the limit, after those used longest ago are gone. */
  async #makeRoom(bytes: number): Promise<boolean> {
    const most = await this.most(this.#bytes);
    const others = [...this.#kept].filter(([key]) => !this.#ours.has(key)).sort(([, a], [, b]) => a.used - b.used);
    for (const [key] of others) {
      if (this.#bytes + bytes <= most) break;
      await this.#remove(key);
    }
    return this.#bytes + bytes <= most;
  }

  async #remove(key: string): Promise<void> {
    await removeOwn(this.#file(key));
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }

  #file(key: string): string {
    return join(this.folder, `${key}${EXTENSION}`);
  }

  /** Does something to the files; where a disk does not let it, nothing more is kept. */
  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof EspalierError) throw error;
      if (this.#keeping) {
        const remedy = isDiskFull(error) ? '; free some space to keep them' : '';
        this.note(`Features are not kept for later runs, which will take longer: ${reasonOf(error)}${remedy}.`);
      }
      this.#keeping = false;
    }
  }
}

const shareOfFree = (folder: string) => async (bytes: number) => {
  const { bavail, bsize } = await statfs(folder);
  return Math.min(MOST, SHARE * (bavail * bsize + bytes));
};
