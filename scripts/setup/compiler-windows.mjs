import { copyFile, link, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './errors.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';

/** Windows: written from the documentation of its tools, and not tested. */

const shell =
  'open the "x64 Native Tools Command Prompt for VS" (from Visual Studio\'s C++ build tools) and run the same command again there';

/**
 * Compiles an addon with Microsoft's compiler. It takes Node's functions from whatever program loads it, be it node.exe or
 * electron.exe: hence the import library made here and the hook that resolves it.
 * @param {import('./compiler.mjs').Compilation} what
 */
export async function compileWindows({ sources, includes, defines, libraryFolder, output }) {
  const folder = dirname(output);
  const exports = join(root, 'node_modules', 'node-api-headers', 'def', 'node_api.def');
  const nodeLibrary = join(folder, 'node.lib');
  const hook = fileURLToPath(new URL('windows-delay-load-hook.cc', import.meta.url));
  const made = await run('lib', ['/nologo', `/def:${exports}`, `/out:${nodeLibrary}`, '/machine:x64']);
  if (made.code !== 0) throw new SetupError(`Microsoft's C++ tools were not found: ${shell}.`, made.output);
  const { code, output: printed } = await run(
    'cl',
    [
      ...['/nologo', '/LD', '/O2', '/MD', '/EHsc', '/std:c++17', '/DCOMPILER_MSVC', '/DNOMINMAX'],
      ...defines.map((define) => `/D${define}`),
      ...includes.map((include) => `/I${include}`),
      ...[...sources, hook, `/Fe:${output}`],
      ...['/link', nodeLibrary, join(libraryFolder, 'tensorflow.lib'), 'delayimp.lib', '/DELAYLOAD:node.exe'],
    ],
    { cwd: folder },
  );
  if (code !== 0) throw new SetupError(`The TensorFlow addon could not be compiled: ${shell}.`, printed);
}

/**
 * Windows looks for an addon's libraries in the addon's own folder, so they are linked (or, across disks, copied) there.
 * @param {string} libraryFolder
 * @param {string} addonFolder
 */
export async function placeLibraries(libraryFolder, addonFolder) {
  for (const name of (await readdir(libraryFolder)).filter((file) => file.endsWith('.dll'))) {
    const [from, to] = [join(libraryFolder, name), join(addonFolder, name)];
    await link(from, to).catch(() => copyFile(from, to));
  }
}
