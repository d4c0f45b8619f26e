import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { isWithin } from '../../media/inside';

/** Images that are looked for in the project, at most. */
const LOOKED_FOR = 100;

/**
 * Turns paths of images as older runs hold them, absolute, into paths from the project's folder, which may have been moved or copied since:
 * of all folders that they have in common, the project's was the uppermost below which one of them is found in the project as it is now.
 * @param project absolute, links resolved
 * @returns what makes the path from the project's folder; of what is in no such folder, the path as it is
 */
export async function relocation(project: string, paths: readonly string[]): Promise<(path: string) => string> {
  const former = paths.every((path) => isAbsolute(path)) ? await formerFolder(project, paths) : null;
  return (path) => (former === null ? path : relative(former, path));
}

async function formerFolder(project: string, paths: readonly string[]): Promise<string | null> {
  for (const folder of foldersAbove(paths)) {
    const known = await Promise.all(paths.slice(0, LOOKED_FOR).map((path) => isFile(join(project, relative(folder, path)))));
    if (known.includes(true)) return folder;
  }
  return null;
}

/** The folders that all files lie in, the uppermost first. */
function foldersAbove(files: readonly string[]): string[] {
  const [first] = files;
  if (first === undefined) return [];
  const folders: string[] = [];
  for (let at = dirname(first); ; at = dirname(at)) {
    if (files.every((file) => isWithin(at, file))) folders.unshift(at);
    if (at === dirname(at)) return folders;
  }
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;
