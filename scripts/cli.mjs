import { join } from 'node:path';
import { appEnvironment, childNode, userFolder } from './runtime.mjs';
import { root } from './setup/paths.mjs';
import { runInTerminal } from './setup/run.mjs';

/**
 * Runs the built command line, in the folder the user is in.
 * @param {import('./setup/index.mjs').Runtime} runtime
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export function runCli(runtime, args) {
  const { command, env } = childNode(runtime);
  return runInTerminal(command, [join(root, 'out', 'main', 'cli.js'), ...args], {
    cwd: userFolder,
    env: { ...appEnvironment(runtime), ...env },
  });
}
