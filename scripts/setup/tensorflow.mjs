import { copyFile, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { fetchWheel } from './fetch.mjs';
import { cache } from './paths.mjs';
import { platform, tensorflowCpu, tensorflowGpu } from './pins.mjs';
import { pythonLibrary } from './programs.mjs';
import { isStamped, makeFolder } from './stamp.mjs';
import { pickTensorflowFile, tensorflowLibraries } from './tensorflow-files.mjs';
import { unzip } from './zip.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {import('./pins.mjs').WheelPin} WheelPin */
/** @typedef {'cpu' | 'gpu'} Variant */

/**
 * The wheels that make up a variant: TensorFlow first, then the CUDA libraries it loads.
 * @param {Variant} variant
 * @returns {WheelPin[]}
 */
function wheels(variant) {
  const found = (variant === 'gpu' ? tensorflowGpu : tensorflowCpu)[platform];
  if (found) return found;
  throw new SetupError(
    variant === 'gpu'
      ? `There is no GPU build of TensorFlow for ${platform}, only for Linux x64: run "npm run setup -- --cpu".`
      : `There is no TensorFlow for ${platform}: Espalier runs on Linux x64, macOS arm64 and Windows x64.`,
  );
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
      const ok = isStamped(tensorflowFolder(variant), { wheels: pins.map((pin) => pin.sha256) }, tensorflowLibraries().files);
      return { ok, detail: ok ? `${pins[0].version} (${variant})` : `missing (${variant})` };
    },
    async provide(progress) {
      const pins = wheels(variant);
      /** @type {string[]} */
      const files = [];
      // All are downloaded before any is unpacked: a run that is interrupted keeps the ones it has.
      for (const pin of pins) files.push(await fetchWheel(pin, progress));
      await makeFolder(tensorflowFolder(variant), async (folder) => {
        for (const [index, file] of files.entries()) {
          await unzip(
            file,
            folder,
            (name) => pickTensorflowFile(name),
            (done, total) => progress.bytes(done, total, `of ${pins[index].name} unpacked`),
          );
        }
        await completeLibraries(join(folder, 'tensorflow'));
        return { version: pins[0].version, variant, wheels: pins.map((pin) => pin.sha256) };
      });
      for (const file of files) await rm(file, { force: true });
      progress.end(`${pins[0].version} (${variant})`);
    },
  };
}

/** @param {string} folder */
async function completeLibraries(folder) {
  const { files, links } = tensorflowLibraries();
  const present = await readdir(folder);
  const absent = files.find((file) => !present.includes(file.slice('tensorflow/'.length)));
  if (absent) throw new SetupError(`The TensorFlow wheel does not hold ${absent}: report this as a bug of Espalier's set-up.`);
  for (const [link, library] of Object.entries(links)) await symlink(library, join(folder, link));
  // On Windows TensorFlow's library names the Python it was made for, and does not load without it.
  if (process.platform === 'win32') await copyFile(await pythonLibrary(), join(folder, 'python311.dll'));
}
