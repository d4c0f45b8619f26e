import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * A folder in the cache is complete exactly when it holds a stamp, which comes last.
 * @typedef {Record<string, string | number | boolean | string[]>} Stamp
 */

const NAME = 'stamp.json';

/**
 * @param {string} folder
 * @returns {Stamp | undefined} undefined when the folder is missing, incomplete or unreadable
 */
export function readStamp(folder) {
  const file = join(folder, NAME);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // A stamp that cannot be read is no stamp: the folder is made again.
  }
}

/**
 * Whether the folder is complete and its stamp says what is asked for.
 * @param {string} folder
 * @param {Stamp} expected
 * @param {string[]} [files] paths inside the folder that must be there
 * @returns {boolean}
 */
export function isStamped(folder, expected, files = []) {
  const stamp = readStamp(folder);
  if (!stamp) return false;
  const same = Object.entries(expected).every(([key, value]) => JSON.stringify(stamp[key]) === JSON.stringify(value));
  return same && files.every((file) => existsSync(join(folder, file)));
}

/**
 * Fills a folder that others keep files in too: it is stamped only once everything is there.
 * @param {string} folder
 * @param {Stamp} stamp
 * @param {() => Promise<void>} fill
 */
export async function fillFolder(folder, stamp, fill) {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, NAME), { force: true });
  await fill();
  await writeStamp(folder, stamp);
}

/**
 * @param {string} folder
 * @param {Stamp} stamp
 */
async function writeStamp(folder, stamp) {
  await writeFile(join(folder, NAME), `${JSON.stringify(stamp, undefined, 2)}\n`);
}

/**
 * Makes `folder` in one step, as far as anyone who looks at it can tell: `fill` works in a temporary folder
 * beside it, which is then stamped and renamed. What an interrupted run left behind is removed first.
 * @param {string} folder
 * @param {(temporary: string) => Promise<Stamp>} fill
 * @returns {Promise<Stamp>}
 */
export async function makeFolder(folder, fill) {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}.partial`;
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const temporary = join(parent, prefix);
  await mkdir(temporary);
  try {
    const stamp = await fill(temporary);
    await writeStamp(temporary, stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return stamp;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
