import { existsSync, readlinkSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compile } from './compiler.mjs';
import { placeLibraries } from './compiler-windows.mjs';
import { cache, root, tfjsDir } from './paths.mjs';
import { platform, tensorflowVersion } from './pins.mjs';
import { isStamped, makeFolder, readStamp } from './stamp.mjs';
import { tensorflowFolder } from './tensorflow.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {import('./tensorflow.mjs').Variant} Variant */

/** Node-API version that the addon's source is written for; the package looks for it in a folder of that name. */
const NAPI = 8;
const FILE = 'tfjs_binding.node';

const linkedFolder = join(tfjsDir, 'lib', `napi-v${NAPI}`);
const linkedLibraries = join(tfjsDir, 'deps', 'lib');

/**
 * The TensorFlow addon: compiled once from the source in the npm package, then placed where that package looks for it.
 * @param {Variant} variant
 * @returns {Component}
 */
export function addon(variant) {
  const libraries = () => join(tensorflowFolder(variant), 'tensorflow');
  const expected = () => ({ tensorflow: tensorflowVersion, variant, tfjs: tfjsVersion(), napi: NAPI });
  const compiled = () => join(cache, 'addon', `tfjs-${tfjsVersion()}-${variant}-${tensorflowVersion}-${platform}`);
  return {
    name: 'TensorFlow addon',
    status() {
      if (!existsSync(tfjsDir)) return { ok: false, detail: 'missing' };
      const linked = isStamped(linkedFolder, expected(), [FILE]) && target(linkedLibraries) === libraries();
      return { ok: linked, detail: linked ? `for tfjs-node ${tfjsVersion()}` : 'not compiled or not linked' };
    },
    async provide(progress) {
      if (!isStamped(compiled(), expected(), [FILE])) {
        progress.update('compiling');
        await makeFolder(compiled(), async (folder) => {
          await compile({
            sources: ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsDir, 'binding', name)),
            includes: [join(tfjsDir), join(libraries(), 'include'), join(root, 'node_modules', 'node-api-headers', 'include')],
            defines: [`NAPI_VERSION=${NAPI}`],
            libraryFolder: libraries(),
            output: join(folder, FILE),
          });
          return expected();
        });
      }
      await rm(linkedLibraries, { recursive: true, force: true });
      await mkdir(join(tfjsDir, 'deps'), { recursive: true });
      await symlink(libraries(), linkedLibraries, 'junction'); // A junction needs no rights on Windows; elsewhere the kind is ignored.
      await makeFolder(linkedFolder, async (folder) => {
        await copyFile(join(compiled(), FILE), join(folder, FILE));
        if (process.platform === 'win32') await placeLibraries(libraries(), folder);
        return readStamp(compiled()) ?? expected();
      });
      progress.end();
    },
  };
}

/** @returns {string} */
function tfjsVersion() {
  return String(createRequire(import.meta.url)(join(tfjsDir, 'package.json')).version);
}

/**
 * @param {string} link
 * @returns {string | undefined}
 */
function target(link) {
  try {
    return readlinkSync(link).replace(/[\\/]$/, '');
  } catch {
    return undefined; // There is no link.
  }
}
