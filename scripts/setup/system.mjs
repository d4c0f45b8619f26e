import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { SetupError } from './errors.mjs';
import { run } from './run.mjs';

/** @typedef {import('./index.mjs').Component} Component */

/** @typedef {{ library?: string, program?: string, packages: string[] }} Need */

/**
 * What Electron and the tests need of a Linux system, and the Debian packages that bring it
 * (newer releases renamed some: the first name that the release knows is taken).
 * @type {Need[]}
 */
const needs = [
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { library: 'libnss3.so', packages: ['libnss3'] },
  { library: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { library: 'libgbm.so.1', packages: ['libgbm1'] },
  { program: 'g++', packages: ['g++'] },
];
/** @type {Need[]} */
const needsWithoutDisplay = [
  { program: 'Xvfb', packages: ['xvfb'] },
  { program: 'xauth', packages: ['xauth'] },
];

/** @returns {boolean} whether a window can be shown */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * @param {string} name
 * @returns {boolean} whether a program of that name is on the PATH
 */
export function onPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** @returns {Need[]} what is missing */
function missing() {
  if (process.platform !== 'linux') return [];
  const known = spawnSync(existsSync('/sbin/ldconfig') ? '/sbin/ldconfig' : 'ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  const all = hasDisplay() ? needs : [...needs, ...needsWithoutDisplay];
  return all.filter(
    ({ library, program }) => (library && known !== '' && !known.includes(`\t${library} `)) || (program && !onPath(program)),
  );
}

const installs = 'apt-get install -y --no-install-recommends';

/** System libraries. As root on Debian and its relatives they are installed, otherwise the one command is printed. */
/** @type {Component} */
export const system = {
  name: 'System libraries',
  status() {
    const names = missingNames();
    return { ok: names === '', detail: names === '' ? 'present' : `missing: ${names}` };
  },
  async provide(progress) {
    const isDebianRoot = onPath('apt-get') && process.getuid?.() === 0;
    if (!isDebianRoot) throw new SetupError(`Espalier needs ${missingNames()}: ${await systemRemedy()}, then run the same command again.`);
    progress.update('apt-get update');
    await run('apt-get', ['update', '-q']);
    const packages = await debianPackages();
    const { code, output } = await run('apt-get', [...installs.split(' ').slice(1), ...packages], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      onOutput: (text) => progress.update(text.trim().split('\n').at(-1)?.slice(0, 60) ?? ''),
    });
    if (code !== 0) {
      throw new SetupError(
        `"${installs} ${packages.join(' ')}" failed: run it by hand to see why, then run the same command again.`,
        output,
      );
    }
    progress.end(packages.join(', '));
  },
};

/** @returns {Promise<string>} what the user can do about it */
export async function systemRemedy() {
  if (!onPath('apt-get')) return "install them with your system's package manager";
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `run "${sudo}${installs} ${(await debianPackages()).join(' ')}" once`;
}

/** @returns {string} */
function missingNames() {
  return missing()
    .map(({ library, program }) => library ?? program)
    .join(', ');
}

/** @returns {Promise<string[]>} the missing packages by the names this release uses */
async function debianPackages() {
  return Promise.all(
    missing().map(async ({ packages }) => {
      for (const name of packages.slice(0, -1)) {
        if ((await run('apt-cache', ['show', '--no-all-versions', name])).code === 0) return name;
      }
      return packages[packages.length - 1];
    }),
  );
}
