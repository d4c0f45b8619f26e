/**
 * The readers of other tools, which judge what Espalier exports: Python packages in an environment of their own in the cache. Tests that
 * need them are skipped, saying why, where there is no Python or no registry.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../setup/lock.mjs';
import { cache, root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { fillFolder, isStamped } from '../setup/stamp.mjs';

const here = join(root, 'scripts', 'readers');

/** Milliseconds for making the environment and filling it. */
const PATIENCE = 600_000;

/**
 * @typedef {{ python: string, missing?: undefined } | { python?: undefined, missing: string }} Readers
 * `python`: the program that has the packages; `missing`: why there is none
 */

/**
 * Provides the packages of a list.
 * @param {string} [list] name of a file of requirements in this folder
 * @returns {Promise<Readers>}
 */
export async function readers(list = 'requirements.txt') {
  const requirements = join(here, list);
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const folder = join(cache, 'readers', digest.slice(0, 16));
  const program = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python');
  const python = join(folder, program);
  if (isStamped(folder, { digest }, [program])) return { python };
  const release = await takeLock(`${folder}.lock`, () => {});
  try {
    if (isStamped(folder, { digest }, [program])) return { python };
    const base = await pythonAtHand();
    if (base === undefined) return { missing: 'there is no Python 3.10 or newer' };
    /** @type {string | undefined} */
    let missing;
    await fillFolder(folder, { digest }, async () => {
      missing = await install(base, folder, python, requirements);
      if (missing !== undefined) throw new Error(missing);
    }).catch((/** @type {unknown} */ error) => {
      if (missing === undefined) throw error;
    });
    return missing === undefined ? { python } : { missing };
  } finally {
    release();
  }
}

/**
 * @param {string} base
 * @param {string} folder
 * @param {string} python
 * @param {string} requirements
 * @returns {Promise<string | undefined>} why it failed
 */
async function install(base, folder, python, requirements) {
  const made = await run(base, ['-m', 'venv', '--clear', folder], { timeout: PATIENCE });
  if (made.code !== 0 || !existsSync(python)) return `an environment of Python cannot be made (${lastLine(made.output)})`;
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--only-binary', ':all:'];
  const filled = await run(python, [...pip, '-r', requirements], { timeout: PATIENCE });
  return filled.code === 0 ? undefined : `the packages of ${requirements} cannot be installed (${lastLine(filled.output)})`;
}

/** @returns {Promise<string | undefined>} */
async function pythonAtHand() {
  const check = 'import sys, venv; sys.exit(sys.version_info < (3, 10))';
  for (const name of process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python']) {
    if ((await run(name, ['-c', check], { timeout: 30_000 })).code === 0) return name;
  }
  return undefined;
}

/** @param {string} output */
function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? '';
}

/**
 * What a reader of another tool sees in an export: the class of each pixel, by the place of its name in `names`; 255 where it sees none.
 * @typedef {{ names: string[], images: Record<string, { width: number, height: number, data: Uint8Array }> }} Seen
 */

/**
 * Lets a reader read an export.
 * @param {string} python
 * @param {string} reader one of `judge.py`
 * @param {string} folder
 * @returns {Promise<Seen>}
 */
export async function judge(python, reader, folder) {
  const { code, output } = await run(python, [join(here, 'judge.py'), reader, folder], { timeout: PATIENCE });
  const answer = output.split('\n').find((line) => line.startsWith('{'));
  if (code !== 0 || answer === undefined) throw new Error(`${reader} cannot read ${folder}:\n${output}`);
  /** @type {{ names: string[], images: Record<string, { width: number, height: number, data: string }> }} */
  const { names, images } = JSON.parse(answer);
  const decoded = Object.entries(images).map(([name, image]) => [
    name,
    { ...image, data: new Uint8Array(Buffer.from(image.data, 'base64')) },
  ]);
  return { names, images: Object.fromEntries(decoded) };
}

/** Provides the packages that run exported models. */
export const modelReader = () => readers('models.txt');

/**
 * What onnxruntime makes of images with a model; onnx has looked at it before.
 * @param {string} python
 * @param {string} model
 * @param {readonly string[]} files images
 * @returns {Promise<{ opset: number, described: unknown, given: { shape: number[], data: number[] }[] }>}
 */
export async function runOnnx(python, model, files) {
  const { code, output } = await run(python, [join(here, 'run_model.py'), model, ...files], { timeout: PATIENCE });
  const answer = output.split('\n').find((line) => line.startsWith('{'));
  if (code !== 0 || answer === undefined) throw new Error(`${model} cannot be run:\n${output}`);
  const { opset, described, given } = JSON.parse(answer);
  return { opset, described, given };
}
