import { readFileSync } from 'node:fs';

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
