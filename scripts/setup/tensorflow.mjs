import { existsSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { fetchWheel } from './fetch.mjs';
import { cache } from './paths.mjs';
import { platform, tensorflowCpu, tensorflowGpu } from './pins.mjs';
import { isStamped, makeFolder } from './stamp.mjs';
import { unzip } from './zip.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {import('./pins.mjs').WheelPin} WheelPin */
/** @typedef {'cpu' | 'gpu'} Variant */

/** File names of the two libraries in the wheel, and the names a linker looks for. */
const libraryNames = {
  linux: { 'libtensorflow.so': 'libtensorflow_cc.so.2', 'libtensorflow_framework.so': 'libtensorflow_framework.so.2' },
  darwin: { 'libtensorflow.dylib': 'libtensorflow_cc.2.dylib', 'libtensorflow_framework.dylib': 'libtensorflow_framework.2.dylib' },
};

/** The headers that the addon's source needs, of tens of thousands in the wheel. */
const headers = /^tensorflow\/include\/(?:tensorflow\/c|tensorflow\/core\/platform|tensorflow\/tsl|tsl|xla)\/.*\.(?:h|inc)$/;

/**
 * The wheels that make up a variant: TensorFlow first, then the CUDA libraries it loads.
 * @param {Variant} variant
 * @returns {WheelPin[]}
 */
function wheels(variant) {
  const table = variant === 'gpu' ? tensorflowGpu : tensorflowCpu;
  const found = table[platform];
  if (!found)
    throw new SetupError(
      `There is no TensorFlow (${variant}) for ${platform}: Espalier runs on Linux x64, macOS arm64 and Windows x64, with an NVIDIA GPU on Linux x64.`,
    );
  return [found].flat();
}

/**
 * @param {Variant} variant
 * @returns {string} folder that holds `tensorflow/` with the libraries, `tensorflow/include/`, and `nvidia/` beside it
 */
export function tensorflowFolder(variant) {
  return join(cache, 'tensorflow', `${variant}-${wheels(variant)[0].version}-${platform}`);
}

/**
 * libtensorflow, taken from TensorFlow's own wheel.
 * @param {Variant} variant
 * @returns {Component}
 */
export function tensorflow(variant) {
  return {
    name: 'libtensorflow',
    status() {
      const pins = wheels(variant);
      const ok = isStamped(tensorflowFolder(variant), { wheels: pins.map((pin) => pin.sha256) });
      return { ok, detail: ok ? `${pins[0].version} (${variant})` : `missing (${variant})` };
    },
    async provide(progress) {
      const pins = wheels(variant);
      // All are downloaded before any is unpacked: a run that is interrupted keeps the ones it has.
      /** @type {string[]} */
      const files = [];
      for (const pin of pins) files.push(await fetchWheel(pin, progress));
      await makeFolder(tensorflowFolder(variant), async (folder) => {
        for (const file of files) await unzip(file, folder, pick, (done, total) => progress.bytes(done, total));
        await nameLibraries(join(folder, 'tensorflow'));
        return { version: pins[0].version, variant, wheels: pins.map((pin) => pin.sha256) };
      });
      for (const file of files) await rm(file, { force: true });
      progress.end(`${pins[0].version} (${variant})`);
    },
  };
}

/**
 * What is kept of a wheel. The layout stays: TensorFlow finds CUDA at `../nvidia` from its own folder.
 * @param {string} name
 * @returns {string | undefined}
 */
function pick(name) {
  const wanted =
    headers.test(name) ||
    /^tensorflow\/libtensorflow_(?:cc|framework)\.[^/]*$/.test(name) ||
    /^nvidia\/.*\/lib\/.*\.so[.0-9]*$/.test(name) ||
    /^tensorflow\/(?:THIRD_PARTY_NOTICES\.txt|include\/LICENSE)$/.test(name) ||
    /^nvidia\/cuda_nvcc\/(?:bin|nvvm\/libdevice)\//.test(name);
  return wanted ? name : undefined;
}

/** @param {string} folder */
async function nameLibraries(folder) {
  if (!(process.platform in libraryNames)) return;
  const names = libraryNames[/** @type {'linux' | 'darwin'} */ (process.platform)];
  for (const [link, library] of Object.entries(names)) {
    if (!existsSync(join(folder, library)))
      throw new SetupError(`The TensorFlow wheel does not hold ${library}: report this as a bug of Espalier's set-up.`);
    await symlink(library, join(folder, link));
  }
}
