import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toolNode } from './runtime.mjs';
import { setupOrExit } from './setup/index.mjs';
import { root } from './setup/paths.mjs';
import { run } from './setup/run.mjs';

/** @typedef {import('./setup/index.mjs').Runtime} Runtime */

const stampFile = join(root, 'out', 'stamp');
const inputs = ['src', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.json'];

/**
 * Builds main, preload and renderer into `out/`, unless nothing changed since the last build.
 * @param {Runtime} runtime
 * @param {{ always?: boolean }} [options]
 * @returns {Promise<boolean>} whether `out/` is up to date now; if not, what the build printed is on standard error
 */
export async function build(runtime, { always = false } = {}) {
  const digest = digestInputs();
  if (!always && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return true;
  process.stderr.write('  Building …\n');
  rmSync(stampFile, { force: true });
  const { command, env } = toolNode(runtime);
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { code, output } = await run(command, [tool, 'build'], { cwd: root, env });
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build failed; the reason is above.\n`);
    return false;
  }
  writeFileSync(stampFile, digest);
  return true;
}

/** @returns {string} changes whenever a source file is added, removed or written */
function digestInputs() {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(root, input);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }).sort() : [''];
    for (const file of files) {
      const found = statSync(join(path, file), { throwIfNoEntry: false });
      if (found?.isFile()) hash.update(`${input}/${file}:${found.size}:${found.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {Runtime} runtime
 */
export async function buildOrExit(runtime) {
  if (!(await build(runtime))) process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const runtime = await setupOrExit();
  process.exit((await build(runtime, { always: true })) ? 0 : 1);
}
