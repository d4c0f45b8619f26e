import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { SetupError } from './errors.mjs';
import { run } from './run.mjs';

/** @typedef {import('./index.mjs').Component} Component */

/**
 * What Electron and the tests need of a Linux system, and the Debian packages that bring it
 * (newer releases renamed some: the first name that the release knows is taken).
 * @type {{ library?: string, program?: string, packages: string[] }[]}
 */
const needs = [
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { library: 'libnss3.so', packages: ['libnss3'] },
  { library: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { library: 'libgbm.so.1', packages: ['libgbm1'] },
  { program: 'g++', packages: ['g++'] },
];
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

/** @returns {typeof needs} what is missing */
function missing() {
  if (process.platform !== 'linux') return [];
  const known = spawnSync(existsSync('/sbin/ldconfig') ? '/sbin/ldconfig' : 'ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  const all = hasDisplay() ? needs : [...needs, ...needsWithoutDisplay];
  return all.filter(
    ({ library, program }) => (library && known !== '' && !known.includes(`\t${library} `)) || (program && !onPath(program)),
  );
}

/** System libraries. As root on Debian and its relatives they are installed, otherwise the one command is printed. */
/** @type {Component} */
export const system = {
  name: 'System libraries',
  status() {
    const lacking = missing();
    return {
      ok: lacking.length === 0,
      detail: lacking.length === 0 ? 'present' : `missing: ${lacking.map((need) => need.library ?? need.program).join(', ')}`,
    };
  },
  async provide(progress) {
    const names = missing()
      .map((need) => need.library ?? need.program)
      .join(', ');
    if (!onPath('apt-get'))
      throw new SetupError(`Espalier needs ${names}: install them with your system's package manager and run the same command again.`);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      progress.update('apt-get update');
      await run('apt-get', ['update', '-q']);
    }
    const packages = await debianPackages();
    const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
    if (!isRoot) throw new SetupError(`Espalier needs ${names}: run "sudo ${command}" once, then the same command again.`);
    const { code, output } = await run('apt-get', command.split(' ').slice(1), {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      onOutput: (text) => progress.update(text.trim().split('\n').at(-1)?.slice(0, 60) ?? ''),
    });
    if (code !== 0) throw new SetupError(`"${command}" failed: run it by hand to see why, then run the same command again.`, output);
    progress.end(packages.join(', '));
  },
};

/** @returns {Promise<string[]>} the missing packages by the names this release uses */
async function debianPackages() {
  const chosen = [];
  for (const { packages } of missing()) {
    let name = packages[0];
    for (const candidate of packages) {
      const { code } = await run('apt-cache', ['show', '--no-all-versions', candidate]);
      if (code === 0) {
        name = candidate;
        break;
      }
    }
    chosen.push(name);
  }
  return chosen;
}
