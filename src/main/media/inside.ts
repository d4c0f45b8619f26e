import { realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

/**
 * The real file behind a path inside `root`, or null when there is none or it lies elsewhere.
 * @param root absolute, symbolic links resolved
 * @param path from `root`, or absolute
 */
export async function insideOf(root: string, path: string): Promise<string | null> {
  const target = await realpath(resolve(root, path)).catch(() => null);
  return target !== null && isWithin(root, target) ? target : null;
}

/** Whether an absolute path, taken as it is written, leads below a folder. */
export function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
