import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunResult
 * @property {number} code exit code; 127 when the program does not exist, 1 when it was killed
 * @property {string} output standard output and error together, last megabyte
 */

const KEEP = 1 << 20;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a program to its end without a shell and keeps what it printed.
 * It shares our process group, so Ctrl-C reaches it too.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: (text: string) => void, timeout?: number }} [options] timeout in milliseconds
 * @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  return new Promise((done) => {
    let output = '';
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout,
      windowsHide: true,
    });
    running.add(child);
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      const text = chunk.toString();
      output = (output + text).slice(-KEEP);
      options.onOutput?.(text);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      running.delete(child);
      done({ code: 127, output: output + error.message });
    });
    child.on('close', (code) => {
      running.delete(child);
      done({ code: code ?? 1, output });
    });
  });
}

/**
 * Ends what `run` started and waits until it is gone: npm, for one, goes on writing for seconds after Ctrl-C.
 * @returns {Promise<void>}
 */
export async function stopRunning() {
  await Promise.all(
    [...running].map(
      (child) =>
        new Promise((gone) => {
          child.once('close', gone);
          child.kill('SIGKILL');
        }),
    ),
  );
}

/**
 * Runs a program in the foreground: it has our terminal.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} exit code; 127 when the program does not exist, 130 when it was interrupted
 */
export function runInTerminal(command, args, options = {}) {
  return new Promise((done) => {
    // Ctrl-C goes to the whole group: we stay until the child has finished its own farewell.
    const wait = () => {};
    process.on('SIGINT', wait);
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: 'inherit' });
    const pass = () => child.kill('SIGTERM');
    process.on('SIGTERM', pass);
    child.on('error', () => done(127));
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', pass);
      done(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}
