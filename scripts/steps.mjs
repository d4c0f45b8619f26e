import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPlaywright, readVitest } from './results.mjs';
import { appEnvironment, childNode, toolNode } from './runtime.mjs';
import { runNpmInTerminal } from './setup/programs.mjs';
import { localDir, root } from './setup/paths.mjs';
import { runInTerminal } from './setup/run.mjs';
import { hasDisplay } from './setup/system.mjs';

/** @typedef {import('./setup/index.mjs').Runtime} Runtime */
/** @typedef {import('./results.mjs').Counts} Counts */

/** @param {string} title */
function heading(title) {
  process.stdout.write(`\n── ${title} ──\n`);
}

/** @returns {Promise<boolean>} whether it passed */
export async function typecheck() {
  heading('Types');
  return (await runNpmInTerminal(['run', '--silent', 'typecheck'])) === 0;
}

/** @returns {Promise<boolean>} whether it passed */
export async function lint() {
  heading('Lint');
  return (await runNpmInTerminal(['run', '--silent', 'lint'])) === 0;
}

/**
 * @param {Runtime} runtime
 * @returns {Promise<Counts>}
 */
export async function unitTests(runtime) {
  heading('Unit tests');
  const report = freshReport('vitest.json');
  const { command, env } = toolNode(runtime);
  const tool = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [tool, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runInTerminal(command, args, { cwd: root, env: { ...appEnvironment(runtime), ...env } });
  return readVitest(report, code);
}

/**
 * The journeys on the real app, on a virtual display where there is none.
 * @param {Runtime} runtime
 * @returns {Promise<Counts>}
 */
export async function journeys(runtime) {
  heading('Journeys on the real app');
  const report = freshReport('playwright.json');
  const { command: node, env } = childNode(runtime);
  const command = [node, join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json'];
  if (!hasDisplay()) command.unshift('xvfb-run', '-a', '-s', '-screen 0 1600x1000x24');
  const code = await runInTerminal(command[0], command.slice(1), {
    cwd: root,
    env: { ...appEnvironment(runtime), ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  return readPlaywright(report, code);
}

/**
 * @param {string} name
 * @returns {string} path of a report that is not there yet, so that an old one cannot be taken for the new
 */
function freshReport(name) {
  const folder = join(localDir, 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  rmSync(file, { force: true });
  return file;
}
