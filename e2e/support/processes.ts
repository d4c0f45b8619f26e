import { readdirSync, readFileSync } from 'node:fs';
import { stateOf } from '../../src/main/host/process/testing';

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

export function isAlive(pid: number): boolean {
  return stateOf(pid) !== null;
}
