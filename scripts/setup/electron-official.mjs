import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { download, DownloadError } from '../../src/main/net/download.mjs';
import { SetupError } from './errors.mjs';
import { cache, root } from './paths.mjs';
import { platform } from './pins.mjs';

/** @typedef {import('./progress.mjs').Progress} Progress */

/** The place that holds the official builds did not answer. */
export class OfficialElectronUnreachable extends Error {}

/**
 * Downloads an official build, where the `electron` package would look for it: GitHub's releases, or ELECTRON_MIRROR.
 * A half-finished download is continued. The hash is the one that the `electron` package carries.
 * @param {string} version
 * @param {Progress} progress
 * @returns {Promise<string>} path of the zip file, verified
 * @throws {OfficialElectronUnreachable} when there was no answer within ten seconds, or the answer was not the file
 */
export async function fetchOfficialElectron(version, progress) {
  const name = `electron-v${version}-${platform}.zip`;
  const checksums = JSON.parse(await readFile(join(root, 'node_modules', 'electron', 'checksums.json'), 'utf8'));
  if (typeof checksums[name] !== 'string')
    throw new SetupError(
      `There is no official Electron ${version} for ${platform}: Espalier runs on Linux x64, macOS arm64 and Windows x64.`,
    );
  const base =
    process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/';
  const file = join(cache, 'downloads', name);
  const onProgress = progress.bytes.bind(progress);
  try {
    await download({ url: `${base}v${version}/${name}`, file, sha256: checksums[name], onProgress });
    return file;
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error; // A full disk is said in the words of every full disk.
    if (error.kind === 'unreachable') throw new OfficialElectronUnreachable(error.message);
    throw new SetupError(
      error.kind === 'damaged'
        ? `The download of Electron ${version} does not have the expected hash and was thrown away: run the same command again.`
        : 'The download of Electron broke off: run the same command again to continue it.',
      error.message,
    );
  }
}
