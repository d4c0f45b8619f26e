import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.mjs';
import { run } from './run.mjs';

/** @typedef {import('./tensorflow.mjs').Variant} Variant */

/** Holds the variant that the user asked for by name, so that later runs keep to it. */
const choiceFile = join(cache, 'variant');

/**
 * The TensorFlow to use: what the user asks for now or asked for before, else `gpu` when there is an NVIDIA GPU.
 * @param {Variant} [asked]
 * @returns {Promise<Variant>}
 */
export async function chooseVariant(asked) {
  if (asked) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(choiceFile, asked);
    return asked;
  }
  const before = existsSync(choiceFile) ? readFileSync(choiceFile, 'utf8').trim() : '';
  if (before === 'cpu' || before === 'gpu') return before;
  return (await nvidiaGpus()).length > 0 ? 'gpu' : 'cpu';
}

/**
 * The NVIDIA GPUs of this machine, one name each; none where there is no driver. Only Linux has a GPU build of libtensorflow.
 * @returns {Promise<string[]>}
 */
export async function nvidiaGpus() {
  // Asking the driver takes a second on some machines: look for its device file first.
  if (process.platform !== 'linux' || !(existsSync('/dev/nvidia0') || existsSync('/dev/dxg'))) return [];
  const { code, output } = await run('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader'], { timeout: 10_000 });
  return code === 0 ? output.trim().split('\n').filter(Boolean) : [];
}
