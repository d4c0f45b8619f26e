import { constants, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { electronFolder, findElectron, FORMAT } from './electron.mjs';
import { SetupError } from './errors.mjs';
import { isStamped, makeFolder } from './stamp.mjs';

/** @typedef {import('./index.mjs').Component} Component */
/** @typedef {keyof typeof import('@electron/fuses').FuseV1Options} Fuse */
/** @typedef {Partial<Record<Fuse, boolean>>} Fuses */

/**
 * The Electron that shows the window is no Node for whoever sets a variable, and nobody can look into it.
 * Left as they come: encryption of cookies (the window keeps none, and its key would ask for the password of the keyring),
 * and the two that want the application packed into an archive, which it is not.
 */
export const LOCKED = /** @type {Fuses} */ ({
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  GrantFileProtocolExtraPrivileges: false,
});

/** The one of the journeys, which Playwright drives by `--inspect`, differs in that alone. */
export const INSPECTABLE = { ...LOCKED, EnableNodeCliInspectArguments: true };

/** Fuses cannot be set before the npm packages are there. */
const library = () => import('@electron/fuses');

/**
 * A copy of Electron with fuses set. The one it is made of stays as it came: it is the Node of the child processes where it is new enough.
 * @typedef {object} FusedElectron
 * @property {string} folder
 * @property {string} executable
 */

/**
 * @param {Fuses} fuses
 * @returns {FusedElectron | undefined} where it is or would be; undefined when there is no Electron
 */
function placeOf(fuses) {
  const original = findElectron();
  if (!original) return undefined;
  const from = electronFolder(original);
  const folder = `${from}-${fuses.EnableNodeCliInspectArguments ? 'inspectable' : 'locked'}`;
  return { folder, executable: join(folder, relative(from, original.executable)) };
}

/**
 * @param {Fuses} fuses
 * @returns {string | undefined} the executable; undefined when it is missing, or not as it was made
 */
export function findFused(fuses) {
  const place = placeOf(fuses);
  if (!place || !isStamped(place.folder, { format: FORMAT, fuses: namesOf(fuses) })) return undefined;
  const file = statSync(place.executable, { throwIfNoEntry: false });
  return file && isStamped(place.folder, { size: file.size, written: file.mtimeMs }) ? place.executable : undefined;
}

/**
 * @param {Fuses} fuses
 * @returns {Promise<string>} the executable, made where it is missing
 * @throws {SetupError}
 */
export async function provideFused(fuses) {
  const original = findElectron();
  const place = placeOf(fuses);
  if (!original || !place) throw new SetupError('Electron is missing: run "npm run setup".');
  await makeFolder(place.folder, async (temporary) => {
    // Where the file system can, the copy shares its blocks with the original.
    await cp(electronFolder(original), temporary, { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true });
    const executable = join(temporary, relative(place.folder, place.executable));
    await setFuses(executable, fuses);
    const { size, mtimeMs } = statSync(executable);
    return { format: FORMAT, fuses: namesOf(fuses), size, written: mtimeMs };
  });
  return place.executable;
}

/**
 * Sets those fuses that this Electron has: older ones have fewer.
 * @param {string} executable
 * @param {Fuses} fuses
 */
async function setFuses(executable, fuses) {
  const { flipFuses, FuseV1Options, FuseVersion } = await library();
  const present = await readFuses(executable);
  const config = Object.fromEntries(
    Object.entries(fuses).flatMap(([name, on]) => (name in present ? [[FuseV1Options[/** @type {Fuse} */ (name)], on]] : [])),
  );
  await flipFuses(executable, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin', // Apple's processors start nothing whose signature does not fit.
    ...config,
  });
}

/**
 * What the executable itself says.
 * @param {string} executable
 * @returns {Promise<Fuses>} without those that it does not have
 */
export async function readFuses(executable) {
  const { FuseState, FuseV1Options, getCurrentFuseWire } = await library();
  const wire = await getCurrentFuseWire(executable);
  /** @type {Fuses} */
  const fuses = {};
  for (const [position, state] of Object.entries(wire)) {
    const name = /** @type {Fuse | undefined} */ (FuseV1Options[Number(position)]);
    if (name !== undefined && state !== FuseState.REMOVED) fuses[name] = state === FuseState.ENABLE;
  }
  return fuses;
}

/**
 * @param {string} executable
 * @returns {Promise<Fuse[]>} those that are not as the user's window wants them
 */
export async function unsetFuses(executable) {
  const found = await readFuses(executable);
  return /** @type {Fuse[]} */ (Object.keys(LOCKED)).filter((name) => name in found && found[name] !== LOCKED[name]);
}

/**
 * @param {Fuses} fuses
 * @returns {string[]} for the stamp: those that are on and off
 */
function namesOf(fuses) {
  return Object.entries(fuses).map(([name, on]) => `${name} ${on ? 'on' : 'off'}`);
}

/** @type {Component} */
export const fuses = {
  name: "Electron's fuses",
  status: () => (findFused(LOCKED) ? { ok: true, detail: 'set' } : { ok: false, detail: 'not set' }),
  async provide(progress) {
    await provideFused(LOCKED);
    progress.end();
  },
};
