import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { IMAGE_EXTENSIONS } from '../../media/format';
import { problemOf } from '../../media/failure';

export interface WalkOptions {
  readonly signal?: AbortSignal;
  /** Hears of folders that cannot be listed; the walk goes on without them. */
  readonly onProblem?: (path: string, reason: string) => void;
}

/**
 * Paths (forward slashes) of all files under `folder` that are named like images, one at a time: nothing of the folder is held in memory.
 * Left out: hidden files and folders, symbolic links to folders, and links to files outside `folder`.
 * @param folder absolute, symbolic links resolved
 */
export async function* walkImages(folder: string, options: WalkOptions = {}): AsyncGenerator<string> {
  yield* walk(folder, '', (name) => IMAGE_EXTENSIONS.has(extname(name).toLowerCase()), options);
}

/** Like `walkImages`, for the files with one extension (lower case, with its dot). */
export async function* walkFiles(folder: string, extension: string, options: WalkOptions = {}): AsyncGenerator<string> {
  yield* walk(folder, '', (name) => extname(name).toLowerCase() === extension, options);
}

async function* walk(root: string, below: string, wanted: (name: string) => boolean, options: WalkOptions): AsyncGenerator<string> {
  const folders: string[] = [];
  try {
    for await (const entry of await opendir(join(root, below))) {
      options.signal?.throwIfAborted();
      if (entry.name.startsWith('.')) continue;
      const path = below + entry.name;
      if (entry.isDirectory()) folders.push(`${path}/`);
      else if (wanted(entry.name) && (await isFileInside(root, path, entry))) yield path;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (below === '' || !options.onProblem) throw error;
    options.onProblem(below, problemOf(error));
  }
  for (const each of folders) yield* walk(root, each, wanted, options);
}

async function isFileInside(root: string, path: string, entry: Dirent): Promise<boolean> {
  if (entry.isFile()) return true;
  if (!entry.isSymbolicLink()) return false;
  const target = await insideOf(root, path);
  return target !== null && (await stat(target)).isFile();
}

/**
 * The real file behind a path inside `root`, or null when there is none or it lies elsewhere.
 * @param root absolute, symbolic links resolved
 */
export async function insideOf(root: string, path: string): Promise<string | null> {
  const target = await realpath(join(root, path)).catch(() => null);
  return target?.startsWith(root.endsWith(sep) ? root : root + sep) ? target : null;
}
