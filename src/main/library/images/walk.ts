import { lstat, opendir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { problemOf } from '../../media/failure';
import { IMAGE_EXTENSIONS } from '../../media/format';
import { insideOf } from '../../media/inside';

export interface WalkOptions {
  readonly signal?: AbortSignal;
  /**
   * Hears of what is left out although it looks as if it were meant: folders that cannot be listed (their path ends with a slash), links
   * that lead elsewhere, names that are no text. Without it, a folder that cannot be listed ends the walk.
   */
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

/**
 * Counts the images under `folder`; `enough` of them will do.
 * @throws EspalierError FOLDER_EMPTY when there is none, FOLDER_UNUSABLE when all that looks like one is left out
 */
export async function countImages(folder: string, signal?: AbortSignal, enough = Infinity): Promise<number> {
  let [images, leftOut] = [0, 0];
  let [name, reason] = ['', ''];
  const onProblem = (path: string, why: string): void => {
    if (leftOut++ === 0) [name, reason] = [path, why];
  };
  for await (const path of walkImages(folder, { signal, onProblem })) {
    if (path.length > 0 && ++images >= enough) break;
  }
  if (images > 0) return images;
  if (leftOut > 0) throw new EspalierError('FOLDER_UNUSABLE', { folder, name, reason, count: leftOut });
  throw new EspalierError('FOLDER_EMPTY', { folder });
}

async function* walk(root: string, below: string, wanted: (name: string) => boolean, options: WalkOptions): AsyncGenerator<string> {
  const folders: string[] = [];
  try {
    for await (const entry of await opendir(join(root, below))) {
      options.signal?.throwIfAborted();
      if (entry.name.startsWith('.')) continue;
      const path = below + entry.name;
      const asked = entry.isDirectory() || wanted(entry.name);
      if (asked && (await isNoText(root, path, entry.name))) options.onProblem?.(path, 'its name is not valid UTF-8; rename it');
      else if (entry.isDirectory()) folders.push(`${path}/`);
      else if (entry.isSymbolicLink()) {
        const reason = await linkProblem(root, path, asked);
        if (reason !== null) options.onProblem?.(path, reason);
        else if (asked && (await isFile(join(root, path)))) yield path;
      } else if (asked && entry.isFile()) yield path;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (below === '' || !options.onProblem) throw error;
    options.onProblem(below, problemOf(error));
  }
  for (const each of folders) yield* walk(root, each, wanted, options);
}

/** Node writes the replacement character for bytes that are no UTF-8, and cannot find the file under the name it made so. */
async function isNoText(root: string, path: string, name: string): Promise<boolean> {
  return name.includes('\ufffd') && !(await lstat(join(root, path)).catch(() => null));
}

/** Why a link is left out, or null where it leads to something inside the folder, or to what was not asked for. */
async function linkProblem(root: string, path: string, asked: boolean): Promise<string | null> {
  const target = await stat(join(root, path)).catch(() => null);
  if (!target) return asked ? 'it is a link to nothing' : null;
  if ((await insideOf(root, path)) !== null || !(asked || target.isDirectory())) return null;
  return `it is a link to a ${target.isDirectory() ? 'folder' : 'file'} elsewhere; put a copy in its place`;
}

const isFile = async (file: string): Promise<boolean> => (await stat(file)).isFile();
