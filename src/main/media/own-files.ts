import { lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EspalierError, isMissing } from '@shared/errors';
import { writeFileAtomic, type FileContent } from './files';

/**
 * What Espalier writes and removes in a project. A project may come from a stranger, and a link in it may lead to any folder of the user:
 * so each act first makes sure that the folder it happens in is where its path says, nothing on the way being a link.
 * Paths are absolute, and come from a folder whose own links were resolved (see `layoutOf`).
 */

/** Makes a folder unless it is there. @throws EspalierError PROJECT_LINK */
export async function makeOwnFolder(folder: string): Promise<void> {
  await refuseElsewhere(folder);
  await mkdir(folder, { recursive: true });
}

/** Writes a file whole or not at all; its folder must be there. @param durable as of `writeFileAtomic` @throws EspalierError PROJECT_LINK */
export async function writeOwnFile(file: string, data: FileContent, durable = true): Promise<void> {
  await refuseElsewhere(dirname(file));
  await writeFileAtomic(file, data, durable);
}

/** Removes a file, or a folder with all that is in it; a link itself, never what it leads to. @throws EspalierError PROJECT_LINK */
export async function removeOwn(path: string): Promise<void> {
  await refuseElsewhere(dirname(path));
  await rm(path, { recursive: true, force: true });
}

/** Renames within a project. @throws EspalierError PROJECT_LINK */
export async function renameOwn(from: string, to: string): Promise<void> {
  await refuseElsewhere(dirname(from));
  await refuseElsewhere(dirname(to));
  await rename(from, to);
}

/** Names in a folder, none when it is not there. @throws EspalierError PROJECT_LINK */
export async function namesInOwn(folder: string): Promise<string[]> {
  await refuseElsewhere(folder);
  return readdir(folder).catch(ifMissing([]));
}

/**
 * Makes sure that a folder and what lies directly in it are files and folders of its own, no links or devices.
 * @throws EspalierError PROJECT_LINK
 */
export async function refuseLinksIn(folder: string): Promise<void> {
  await refuseElsewhere(folder);
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(ifMissing([]))) {
    if (!entry.isFile() && !entry.isDirectory()) throw new EspalierError('PROJECT_LINK', { path: join(folder, entry.name) });
  }
}

/** Refuses a folder, there or not, whose path leads through a link. */
async function refuseElsewhere(folder: string): Promise<void> {
  for (let path = resolve(folder); ;) {
    const real = await realpath(path).catch(ifMissing(null));
    if (real === path) return;
    const entry = real === null ? await lstat(path).catch(ifMissing(null)) : null;
    // A link that leads nowhere yet is there all the same.
    if (real !== null || entry?.isSymbolicLink() || (!entry && dirname(path) === path)) throw new EspalierError('PROJECT_LINK', { path });
    // What somebody else has made between the two looks is looked at once more.
    if (!entry) path = dirname(path);
  }
}

function ifMissing<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return otherwise;
    throw error;
  };
}
