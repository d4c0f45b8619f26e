import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until no other set-up works on the same folder, then takes its place.
 * A lock whose process is gone (killed, machine restarted) is taken over.
 * @param {string} file
 * @param {() => void} onWait called once when somebody else is at work
 * @returns {Promise<() => void>} releases the lock
 */
export async function takeLock(file, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  // A link appears with its content, so nobody can read the lock before it names its owner.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  for (let told = false; ; await sleep(500)) {
    try {
      linkSync(mine, file);
      rmSync(mine);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (!isAlive(ownerOf(file))) {
      rmSync(file, { force: true });
    } else if (!told) {
      told = true;
      onWait();
    }
  }
}

/**
 * @param {string} file
 * @returns {number} 0 when nobody holds it
 */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0; // Released between our two looks.
  }
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
