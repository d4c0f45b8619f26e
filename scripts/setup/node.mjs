import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findElectron } from './electron.mjs';
import { SetupError } from './errors.mjs';
import { fetchNpm } from './fetch.mjs';
import { cache } from './paths.mjs';
import { childNode as pins, platform } from './pins.mjs';
import { run } from './run.mjs';
import { isStamped, makeFolder } from './stamp.mjs';

/** @typedef {import('./index.mjs').Component} Component */

/** Node-API version that the native packages need; it came with Node 22.14. */
export const NEEDED_NAPI = 10;

const pin = pins[platform];
const folder = join(cache, 'node', `${pin?.version}-${platform}`);
const executable = join(folder, 'node');

/**
 * The program that runs the child processes: Electron as it came, when the Node inside is new enough, else a Node.
 * @returns {string | undefined}
 */
export function findChildNode() {
  const electron = findElectron();
  if (electron && electron.napi >= NEEDED_NAPI) return electron.executable;
  return pin && isStamped(folder, { integrity: pin.integrity }) && existsSync(executable) ? executable : undefined;
}

/** @type {Component} */
export const node = {
  name: 'Node for the child processes',
  status() {
    const found = findChildNode();
    if (!found) return { ok: false, detail: 'missing' };
    return { ok: true, detail: found === executable ? pin.version : `Electron's own ${findElectron()?.node}` };
  },
  async provide(progress) {
    if (!pin)
      throw new SetupError(
        `This Electron's Node is too old for the child processes: run "npm run setup -- --official-electron" to fetch the official one.`,
      );
    const archive = await fetchNpm(pin, progress);
    await makeFolder(folder, async (temporary) => {
      const { code, output } = await run('tar', ['-xzf', archive, '-C', temporary, 'package/bin/node', 'package/LICENSE']);
      if (code !== 0)
        throw new SetupError(
          `${archive} could not be unpacked: make sure that the disk is not full and run the same command again.`,
          output,
        );
      await rename(join(temporary, 'package', 'bin', 'node'), join(temporary, 'node'));
      await rename(join(temporary, 'package', 'LICENSE'), join(temporary, 'LICENSE'));
      await rm(join(temporary, 'package'), { recursive: true });
      return { version: pin.version, integrity: pin.integrity };
    });
    await rm(archive, { force: true });
    progress.end(pin.version);
  },
};
