import { compileWindows } from './compiler-windows.mjs';
import { SetupError } from './errors.mjs';
import { run } from './run.mjs';

/**
 * @typedef {object} Compilation
 * @property {string[]} sources C++17 files
 * @property {string[]} includes folders
 * @property {string[]} defines `NAME=value`
 * @property {string} libraryFolder holds libtensorflow and libtensorflow_framework
 * @property {string} output the addon
 */

/**
 * The C++ compiler: CXX if it is set, else the first one that answers.
 * @returns {Promise<{ command: string, version: string } | undefined>}
 */
export async function findCompiler() {
  if (process.platform === 'win32') {
    const { code, output } = await run('cl', [], { timeout: 20_000 });
    return code === 0 ? { command: 'cl', version: output.split('\n')[0].trim() } : undefined;
  }
  for (const command of [process.env.CXX, 'g++', 'c++', 'clang++']) {
    if (!command) continue;
    const { code, output } = await run(command, ['--version'], { timeout: 20_000 });
    if (code === 0) return { command, version: output.split('\n')[0].trim() };
  }
  return undefined;
}

/**
 * Compiles a Node addon that finds its libraries at `../../deps/lib` from its own place.
 * @param {Compilation} what
 */
export async function compile(what) {
  if (process.platform === 'win32') return compileWindows(what);
  const { sources, includes, defines, libraryFolder, output } = what;
  const compiler = await findCompiler();
  if (!compiler) {
    throw new SetupError(
      'A C++ compiler was not found: install one (Debian or Ubuntu: apt-get install g++; macOS: xcode-select --install) and run the same command again.',
    );
  }
  const rpath = process.platform === 'darwin' ? '@loader_path/../../deps/lib' : '$ORIGIN/../../deps/lib';
  const kind = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const result = await run(compiler.command, [
    ...['-O2', '-std=c++17', '-fPIC', ...kind],
    ...defines.map((define) => `-D${define}`),
    ...includes.map((folder) => `-I${folder}`),
    ...sources,
    ...['-o', output, `-L${libraryFolder}`, '-ltensorflow', '-ltensorflow_framework', `-Wl,-rpath,${rpath}`],
  ]);
  if (result.code !== 0) {
    throw new SetupError(
      `The TensorFlow addon could not be compiled with ${compiler.version}: install a current g++ or clang++ (C++17) and run the same command again.`,
      result.output,
    );
  }
}
