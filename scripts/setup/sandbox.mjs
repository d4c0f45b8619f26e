import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Some Linux distributions let only chosen programs make the namespaces that Chromium's sandbox is made of.
 * @param {string} electron executable
 * @returns {string | undefined} one sentence with the remedy; undefined when nothing is in the way
 */
export function sandboxRemedy(electron) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return undefined;
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
 * @param {string} file
 * @returns {string}
 */
function valueOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
