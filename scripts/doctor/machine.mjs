import { createRequire } from 'node:module';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { findCompiler } from '../setup/compiler.mjs';
import { cache, root } from '../setup/paths.mjs';
import { findPython } from '../setup/programs.mjs';
import { hasDisplay } from '../setup/system.mjs';

/** @typedef {import('./index.mjs').Check} Check */

const GIB = 2 ** 30;
/** Disk that a first set-up fills at most: libtensorflow unpacked, its wheel, Electron, npm packages. */
const SETUP_GIB = 4;
/** Below this, training swaps: the measured peak of the default preset is about 2 GB beside the window's own. */
const COMFORTABLE_GIB = 6;

/**
 * @param {{ complete: boolean }} setup whether everything is there already, so that what only set-up needs may be missing
 * @returns {Promise<Check[]>}
 */
export async function machineChecks({ complete }) {
  return [
    { name: 'Espalier', state: 'ok', detail: String(createRequire(import.meta.url)(join(root, 'package.json')).version) },
    { name: 'System', state: 'ok', detail: `${distribution()}, ${type()} ${release()}, ${process.arch}` },
    nodeCheck(),
    await pythonCheck(complete),
    await compilerCheck(complete),
    { name: 'Processor', state: 'ok', detail: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores` },
    memoryCheck(),
    diskCheck(complete),
    displayCheck(),
  ];
}

/** @returns {string} */
function distribution() {
  const file = '/etc/os-release';
  const name = existsSync(file) ? /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return name ?? process.platform;
}

/** @returns {Check} */
function nodeCheck() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return { name: 'Node', state: 'ok', detail: process.version };
  return { name: 'Node', state: 'missing', detail: `${process.version}, but 20.19 is needed`, remedy: 'install Node 20.19 or newer' };
}

/**
 * @param {boolean} complete
 * @returns {Promise<Check>}
 */
async function pythonCheck(complete) {
  const name = 'Python 3 with pip';
  const found = await findPython();
  if (found) return { name, state: 'ok', detail: found.version.replace(/ from .*\(/, ' (') };
  return {
    name,
    state: complete ? 'note' : 'missing',
    detail: 'not found; set-up downloads with it',
    remedy: 'install it (Debian or Ubuntu: apt-get install python3-pip)',
  };
}

/**
 * @param {boolean} complete
 * @returns {Promise<Check>}
 */
async function compilerCheck(complete) {
  const name = 'C++ compiler';
  const found = await findCompiler();
  if (found) return { name, state: 'ok', detail: found.version };
  return {
    name,
    state: complete ? 'note' : 'missing',
    detail: 'not found; set-up compiles the TensorFlow addon with it',
    remedy: 'install one (Debian or Ubuntu: apt-get install g++; macOS: xcode-select --install; Windows: Visual Studio C++ build tools)',
  };
}

/** @returns {Check} */
function memoryCheck() {
  const total = totalmem() / GIB;
  const detail = `${total.toFixed(1)} GB, ${(freemem() / GIB).toFixed(1)} GB free`;
  if (total >= COMFORTABLE_GIB) return { name: 'Memory', state: 'ok', detail };
  return { name: 'Memory', state: 'note', detail, remedy: 'close other programs while training, or train with a smaller batch and crop' };
}

/**
 * @param {boolean} complete
 * @returns {Check}
 */
function diskCheck(complete) {
  let folder = cache;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GIB;
  const detail = `${free.toFixed(1)} GB free for ${cache}`;
  if (complete || free >= SETUP_GIB) return { name: 'Disk', state: 'ok', detail };
  return {
    name: 'Disk',
    state: 'missing',
    detail: `${detail}; set-up needs ${SETUP_GIB} GB`,
    remedy: 'free some space, or set ESPALIER_CACHE to a folder on another disk',
  };
}

/** @returns {Check} */
function displayCheck() {
  if (hasDisplay()) {
    const { WAYLAND_DISPLAY, DISPLAY } = process.env;
    return { name: 'Display', state: 'ok', detail: process.platform === 'linux' ? String(WAYLAND_DISPLAY || DISPLAY) : 'present' };
  }
  return { name: 'Display', state: 'note', detail: 'none; npm start runs the same job without a window, npm test uses a virtual one' };
}
