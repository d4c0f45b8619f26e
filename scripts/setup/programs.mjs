import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { SetupError } from './errors.mjs';
import { root } from './paths.mjs';
import { run, runInTerminal } from './run.mjs';

/** @typedef {import('./run.mjs').RunResult} RunResult */

/**
 * The npm that started us, else the one on the PATH.
 * @returns {[string, ...string[]]} command and first arguments
 */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && basename(script) === 'npm-cli.js') return [process.execPath, script];
  // npm is a batch file on Windows, which only its shell can run; our arguments hold nothing a shell would change.
  return process.platform === 'win32' ? ['cmd', '/d', '/c', 'npm'] : ['npm'];
}

/** How long npm tries again before it gives up on the network; its own default is minutes. */
export const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=10000'];

/**
 * @param {string[]} args
 * @returns {Promise<RunResult>}
 */
export async function npm(args) {
  const [command, ...first] = npmCommand();
  const result = await run(command, [...first, ...args], { cwd: root });
  if (result.code === 127) {
    throw new SetupError('npm was not found: install Node.js together with npm and run the same command again.', result.output);
  }
  return result;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export function runNpmInTerminal(args) {
  const [command, ...first] = npmCommand();
  return runInTerminal(command, [...first, ...args], { cwd: root });
}

/** On Windows the version matters: TensorFlow's library there needs the one it was made for. */
const pythons = process.platform === 'win32' ? [['py', '-3.11'], ['python']] : [['python3'], ['python']];

/**
 * The first Python 3 on the PATH that has pip.
 * @returns {Promise<{ command: string[], version: string } | undefined>} command with its first arguments; version of pip, as pip prints it
 */
export async function findPython() {
  for (const command of pythons) {
    const result = await run(command[0], [...command.slice(1), '-m', 'pip', '--version'], { timeout: 20_000 });
    if (result.code === 0 && /\(python 3\./.test(result.output)) return { command, version: result.output.trim() };
  }
  return undefined;
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<RunResult>}
 */
export async function python(args, env) {
  const found = await findPython();
  if (!found) {
    throw new SetupError(
      'Python 3 with pip was not found: install it (on Debian or Ubuntu: apt-get install python3-pip) and run the same command again.',
    );
  }
  return run(found.command[0], [...found.command.slice(1), ...args], { env });
}

/**
 * Windows only.
 * @returns {Promise<string>} path of Python 3.11's library
 */
export async function pythonLibrary() {
  const { code, output } = await python(['-c', 'import os, sys; print(os.path.join(sys.base_prefix, "python311.dll"))']);
  const path = output.trim();
  if (code === 0 && existsSync(path)) return path;
  throw new SetupError(
    'On Windows, TensorFlow needs Python 3.11: install it with its launcher (py) and run the same command again.',
    output,
  );
}
