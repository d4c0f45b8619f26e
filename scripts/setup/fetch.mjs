import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../../src/main/net/digest.mjs';
import { SetupError } from './errors.mjs';
import { cache } from './paths.mjs';
import { npm, patience, python } from './programs.mjs';

/** @typedef {import('./pins.mjs').NpmPin} NpmPin */
/** @typedef {import('./pins.mjs').WheelPin} WheelPin */
/** @typedef {import('./progress.mjs').Progress} Progress */
/** @typedef {import('./run.mjs').RunResult} RunResult */

/** Verified downloads wait here until they are unpacked. */
const downloads = join(cache, 'downloads');

/**
 * Downloads an npm package's archive with the user's own npm, which knows registry, proxy and certificates.
 * @param {NpmPin} pin
 * @param {Progress} progress
 * @returns {Promise<string>} path of the archive, verified
 */
export async function fetchNpm(pin, progress) {
  return fetchOnce(`${pin.name.replace(/[@/]/g, '_')}-${pin.version}.tgz`, pin, 'sha512', pin.integrity, progress, (folder) =>
    npm([
      'pack',
      `${pin.name}@${pin.version}`,
      `--pack-destination=${folder}`,
      `--cache=${join(folder, 'npm')}`,
      '--ignore-scripts',
      ...patience,
    ]),
  );
}

/**
 * Downloads a wheel with the user's own pip.
 * @param {WheelPin} pin
 * @param {Progress} progress
 * @returns {Promise<string>} path of the wheel, verified
 */
export async function fetchWheel(pin, progress) {
  return fetchOnce(`${pin.name}-${pin.version}.whl`, pin, 'sha256', pin.sha256, progress, async (folder) => {
    const requirements = join(folder, 'requirements.txt');
    await writeFile(requirements, `${pin.name}==${pin.version} --hash=sha256:${pin.sha256}\n`);
    return python(
      [
        '-m',
        'pip',
        'download',
        '--no-deps',
        '--only-binary=:all:',
        '--disable-pip-version-check',
        '--no-cache-dir',
        '--progress-bar=off',
        '--retries=2',
      ]
        .concat(pin.python ? [`--python-version=${pin.python}`] : [], pin.platform ? [`--platform=${pin.platform}`] : [])
        .concat(['--dest', folder, '--require-hashes', '--requirement', requirements]),
      { TMPDIR: folder, TEMP: folder, TMP: folder }, // The system's temporary folder may be too small for half a gigabyte.
    );
  });
}

/**
 * Downloads into a folder of its own, checks the hash, and only then gives the file its final name:
 * a file under that name is whole. What an interrupted run left is removed.
 * @param {string} fileName
 * @param {{ name: string, version: string, size: number }} pin
 * @param {'sha256' | 'sha512'} algorithm
 * @param {string} expected hexadecimal, or npm's `sha512-` integrity
 * @param {Progress} progress
 * @param {(folder: string) => Promise<RunResult>} download
 * @returns {Promise<string>}
 */
async function fetchOnce(fileName, pin, algorithm, expected, progress, download) {
  const file = join(downloads, fileName);
  if (await isWhole(file, pin.size, algorithm, expected)) return file;

  const folder = `${file}.part`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const watch = setInterval(async () => progress.bytes(await sizeOf(folder), pin.size, pin.name), 500);
    const result = await download(folder).finally(() => clearInterval(watch));
    const fetched = (await readdir(folder)).find((name) => /\.(tgz|whl)$/.test(name));
    if (result.code !== 0 || !fetched) throw downloadFailed(pin, result);
    const path = join(folder, fetched);
    if (!matches(await digest(path, algorithm), expected)) throw damaged(pin);
    await rename(path, file);
    return file;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {{ name: string, version: string, size: number }} pin
 * @param {RunResult} result
 * @returns {SetupError}
 */
function downloadFailed(pin, result) {
  if (/DO NOT MATCH THE HASHES|EINTEGRITY/i.test(result.output)) return damaged(pin);
  if (/ENOSPC|No space left/i.test(result.output)) {
    return new SetupError(
      `The disk of ${cache} is full: free some space, or set ESPALIER_CACHE to a folder on another disk, and run the same command again.`,
      result.output,
    );
  }
  return new SetupError(
    `${pin.name} ${pin.version} (${Math.round(pin.size / 1e6)} MB) could not be downloaded: check the network connection and run the same command again; what is there already is kept.`,
    result.output,
  );
}

/**
 * @param {{ name: string, version: string }} pin
 * @returns {SetupError}
 */
function damaged(pin) {
  return new SetupError(
    `The download of ${pin.name} ${pin.version} does not have the expected hash and was thrown away: run the same command again, and if it happens again ask whoever runs your package mirror.`,
  );
}

/**
 * @param {string} file
 * @param {number} size
 * @param {'sha256' | 'sha512'} algorithm
 * @param {string} expected
 * @returns {Promise<boolean>}
 */
async function isWhole(file, size, algorithm, expected) {
  const found = await stat(file).catch(() => undefined);
  return found?.size === size && matches(await digest(file, algorithm), expected);
}

/**
 * @param {Buffer} actual
 * @param {string} expected
 * @returns {boolean}
 */
function matches(actual, expected) {
  return expected === actual.toString('hex') || expected === `sha512-${actual.toString('base64')}`;
}

/**
 * Total size of the files below a folder, which another program may be changing.
 * @param {string} folder
 * @returns {Promise<number>} bytes
 */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        (found) => found.size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
