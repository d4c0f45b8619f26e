import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Some Linux distributions let only chosen programs make the namespaces that Chromium's sandbox is made of.
 * @param {string} electron executable
 * @returns {string | undefined} one sentence with the remedy; undefined when nothing is in the way
 */
export function sandboxRemedy(electron) {
  if (process.platform !== 'linux' || runsAsRoot()) return undefined;
  const restricted =
    valueOf('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    valueOf('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    valueOf('/proc/sys/user/max_user_namespaces') === '0';
  const helper = join(dirname(electron), 'chrome-sandbox');
  if (!restricted || !existsSync(helper)) return undefined;
  const { uid, mode } = statSync(helper);
  if (uid === 0 && (mode & 0o4000) !== 0) return undefined;
  return `This system keeps Electron's sandbox from starting: run "sudo chown root:root ${helper} && sudo chmod 4755 ${helper}" once, then the same command again.`;
}

/**
 * What the user is to know of how the window is kept apart from the system, in sentences; they are said at every start and by the doctor.
 * @param {{ version: string, official: boolean, unsetFuses: string[] }} electron `unsetFuses`: those that it should have set
 * @returns {string[]}
 */
export function protectionNotes({ version, official, unsetFuses }) {
  const notes = [];
  if (!official)
    notes.push(
      `Electron ${version} is an old stand-in for the official build and lacks its security fixes: "npm run setup -- --official-electron" gets that one.`,
    );
  if (unsetFuses.length > 0)
    notes.push(
      `Fuses of this Electron are not set (${unsetFuses.join(', ')}), so other programs can make it run their code: "npm run espalier -- doctor" says what to do.`,
    );
  if (runsAsRoot())
    notes.push("Espalier runs as root, where Chromium's sandbox cannot work, so the window runs without it: start it as another user.");
  return notes;
}

/** @returns {boolean} */
export function runsAsRoot() {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/**
 * @param {string} file
 * @returns {string}
 */
function valueOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
