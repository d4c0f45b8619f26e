import { spawnSync } from 'node:child_process';

/** How to start a program in the background. */
export interface Background {
  /** To be written before the program: each of these becomes the next one. */
  readonly prefix: readonly string[];
  /** The program ends when the process that started it does, even where it could not do so by itself because it is frozen. */
  readonly endsWithParent: boolean;
}

/**
 * A program in the background only gets what processor time nobody else wants: Linux's idle class, set by util-linux's `chrt`.
 * A nice value cannot replace it: with nice 19 whoever wakes up may still wait for milliseconds, and from
 * a pointer event to its frame half a dozen threads wake up one after the other. Nothing of this where there is no such program.
 */
export function inBackground(): Background {
  background ??= find();
  return background;
}

let background: Background | undefined;

function find(): Background {
  const mortal = whereThere('setpriv', '--pdeathsig', 'KILL');
  return { prefix: [...mortal, ...whereThere('chrt', '--idle', '0')], endsWithParent: mortal.length > 0 };
}

function whereThere(program: string, ...args: string[]): readonly string[] {
  const there = process.platform === 'linux' && spawnSync(program, [...args, 'true']).status === 0;
  return there ? [program, ...args] : [];
}
