import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the folder that holds package.json. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Everything set-up writes inside the checkout lies here, so that deleting node_modules undoes it. */
export const localDir = join(root, 'node_modules', '.espalier');

/** What set-up found and provided; the other scripts read it. */
export const runtimeFile = join(localDir, 'runtime.json');

/** The npm package whose native addon is compiled and linked here. */
export const tfjsDir = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/**
 * The folder for downloads and what is made of them, shared by all checkouts of one user.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {string}
 */
export function cacheDir(env = process.env, platform = process.platform) {
  if (env.ESPALIER_CACHE) return resolve(env.ESPALIER_CACHE);
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'espalier');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'espalier');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'espalier');
}

/** @type {string} */
export const cache = cacheDir();
