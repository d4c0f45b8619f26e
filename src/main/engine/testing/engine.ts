import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { Peer } from '@shared/rpc';
import type * as Engine from '../engine';

const ENGINE = join(import.meta.dirname, '..');
const ROOT = join(ENGINE, '../../..');
const ENTRIES = { engine: 'index.ts', 'engine-handlers': 'engine.ts', 'engine-record': 'record.ts', 'engine-worker': 'data/worker.ts' };

/** For tests: the engine as it is built, with its worker threads and its recording process. */
export class TestEngine {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<TestEngine> {
    // Inside the checkout, so that what is built finds its packages.
    const folder = mkdtempSync(join(ROOT, 'node_modules', '.engine-test-'));
    await build({
      configFile: false,
      logLevel: 'silent',
      resolve: { alias: { '@shared': join(ROOT, 'src/shared') } },
      build: {
        ssr: true,
        outDir: folder,
        emptyOutDir: false,
        rollupOptions: {
          input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(ENGINE, file)])),
          output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    });
    return new TestEngine(folder);
  }

  /** What the engine answers, in this process: who calls it can act exactly between two steps. */
  handlers(): ReturnType<typeof Engine.createEngine> {
    const { createEngine } = createRequire(import.meta.url)(join(this.folder, 'engine-handlers.js')) as typeof Engine;
    return createEngine();
  }

  /** An engine process, to be killed by who started it. */
  start(): { peer: Peer; process: ChildProcess } {
    const child = fork(join(this.folder, 'engine.js'), [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const peer = new Peer({
      post: (message) => child.send(message as object),
      onMessage: (listener) => child.on('message', listener),
    });
    return { peer, process: child };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
