import { fork, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import { EspalierError } from '@shared/errors';
import { Peer } from '@shared/rpc';

const ROOT = resolve(import.meta.dirname, '../../..');

/**
 * For tests: builds the library as the application does, with its threads, into a folder of its own inside the checkout, so that the
 * built files find the packages. Returns the program of the child.
 */
export async function buildLibrary(name: string): Promise<string> {
  const outDir = join(ROOT, 'out', 'test', name);
  await mkdir(dirname(outDir), { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': join(ROOT, 'src/shared') } },
    ssr: { noExternal: true, external: ['better-sqlite3', 'sharp'] },
    build: {
      ssr: true,
      outDir,
      rollupOptions: {
        input: { library: join(ROOT, 'src/main/library/index.ts'), 'library-reader': join(ROOT, 'src/main/library/reader/thread.mjs') },
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  });
  return join(outDir, 'library.js');
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
