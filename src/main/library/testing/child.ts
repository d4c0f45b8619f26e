import { fork, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError } from '@shared/errors';
import { Peer } from '@shared/rpc';
import { buildForTests, CHECKOUT } from '../../../testing/build';

/**
 * For tests: builds the library as the application does, with its threads, into a folder of its own inside the checkout, so that the
 * built files find the packages. Returns the program of the child.
 */
export async function buildLibrary(name: string): Promise<string> {
  const folder = join(CHECKOUT, 'out', 'test', name);
  await rm(folder, { recursive: true, force: true });
  const programs = { library: 'library/index.ts', 'library-reader': 'library/reader/thread.mjs' };
  await buildForTests(folder, programs, ['better-sqlite3', 'sharp']);
  return join(folder, 'library.js');
}

/** A library in a process of its own, as the application starts it. */
export function startLibrary(script: string): { child: ChildProcess; peer: Peer } {
  const child = fork(script, { serialization: 'advanced', stdio: 'ignore' });
  // A child that is killed between two messages is told of by its exit, as in the application; the error of a late write adds nothing.
  const post = (message: unknown): void => void child.send(message as object, () => undefined);
  const peer = new Peer({ post, onMessage: (listener) => child.on('message', listener) });
  child.on('exit', () => peer.close(new EspalierError('CHILD_EXITED', { child: 'library', reason: 'killed' })));
  return { child, peer };
}
