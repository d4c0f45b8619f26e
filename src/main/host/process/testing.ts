import { readdirSync, readFileSync } from 'node:fs';

/** State of a process as in proc(5), which only Linux has: `T` when it is frozen; null when it has ended. */
export function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.charAt(stat.lastIndexOf(')') + 2);
    // A zombie has ended; only its parent has not asked yet.
    return state === 'Z' ? null : state;
  } catch {
    return null;
  }
}

/** Process ids of the children of `parent` that run our script of this name. Reads /proc, so Linux alone. */
export function childrenOf(parent: number, script: 'library.js' | 'engine.js'): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parentOf = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      return parentOf === parent && command.includes(`/${script}`) ? [Number(entry)] : [];
    } catch {
      return []; // It ended while we looked.
    }
  });
}
