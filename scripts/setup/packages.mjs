import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { root } from './paths.mjs';
import { npm, patience } from './programs.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} Packages */

/** The project's npm packages, exactly as package-lock.json names them. Their install scripts do not run. */
/** @type {Component} */
export const packages = {
  name: 'npm packages',
  status() {
    const wanted = readLock(join(root, 'package-lock.json'));
    const present = readLock(join(root, 'node_modules', '.package-lock.json'));
    const missing = Object.keys(wanted).filter((path) => path !== '' && !isPresent(path, wanted, present));
    return missing.length === 0
      ? { ok: true, detail: `${Object.keys(present).length} as locked` }
      : { ok: false, detail: `${missing.length} of ${Object.keys(wanted).length - 1} missing or of another version` };
  },
  async provide(progress) {
    const result = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...patience]);
    if (result.code === 0) return progress.end();
    throw new SetupError(
      'The npm packages could not be installed: check the network connection and that package.json and package-lock.json agree, then run the same command again.',
      result.output,
    );
  },
};

/**
 * @param {string} file
 * @returns {Packages}
 */
function readLock(file) {
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * @param {string} path such as `node_modules/zod`
 * @param {Packages} wanted
 * @param {Packages} present what npm wrote down when it last changed node_modules
 * @returns {boolean}
 */
function isPresent(path, wanted, present) {
  const found = present[path];
  // Packages for other platforms are optional and stay out.
  if (!found) return wanted[path].optional === true;
  return found.version === wanted[path].version && existsSync(join(root, path));
}
