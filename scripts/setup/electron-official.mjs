import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetupError } from './errors.mjs';
import { digest } from './fetch.mjs';
import { cache, root } from './paths.mjs';
import { platform } from './pins.mjs';

/** @typedef {import('./progress.mjs').Progress} Progress */

const CONNECT_MS = 10_000;
const STALL_MS = 30_000;

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
  const part = join(cache, 'downloads', `${name}.part`);

  await download(`${base}v${version}/${name}`, part, progress);
  if ((await digest(part, 'sha256')).toString('hex') === checksums[name]) return part;
  await rm(part);
  throw new SetupError(
    `The download of Electron ${version} does not have the expected hash and was thrown away: run the same command again.`,
  );
}

/**
 * @param {string} url
 * @param {string} part file to begin or to continue
 * @param {Progress} progress
 */
async function download(url, part, progress) {
  await mkdir(dirname(part), { recursive: true });
  const have = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), CONNECT_MS);
  let answered = false;
  try {
    const response = await fetch(url, { signal: abort.signal, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
    if (response.status === 416) return; // Nothing is left to fetch; the hash decides.
    if (!response.ok || !response.body) throw new Error(`answer ${response.status} for ${url}`);
    answered = true;
    const continued = response.status === 206;
    let done = continued ? have : 0;
    const total = done + Number(response.headers.get('content-length') ?? 0);
    /** @param {AsyncIterable<Uint8Array>} source */
    const counted = async function* (source) {
      for await (const chunk of source) {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), STALL_MS);
        done += chunk.length;
        progress.bytes(done, total);
        yield chunk;
      }
    };
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      counted,
      createWriteStream(part, { flags: continued ? 'a' : 'w' }),
    );
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    const reason = `${error instanceof Error ? error.message : String(error)}${cause}`;
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw error; // Said in the words of every full disk.
    if (answered) throw new SetupError('The download of Electron broke off: run the same command again to continue it.', reason);
    throw new OfficialElectronUnreachable(reason);
  } finally {
    clearTimeout(timer);
  }
}
