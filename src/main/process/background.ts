import { spawnSync } from 'node:child_process';

/**
 * How to start a program that only gets what processor time nobody else wants: Linux's idle class, set by util-linux's `chrt`,
 * which becomes that program. A nice value cannot replace it: with nice 19 whoever wakes up may still wait for milliseconds, and from
 * a pointer event to its frame half a dozen threads wake up one after the other. Empty where there is no such class.
 */
export function inBackground(): readonly string[] {
  prefix ??= process.platform === 'linux' && spawnSync('chrt', [...IDLE, 'true']).status === 0 ? ['chrt', ...IDLE] : [];
  return prefix;
}

const IDLE = ['--idle', '0'];
let prefix: readonly string[] | undefined;
