import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Peer } from '@shared/rpc';
import { buildForTests, folderForTests } from '../../../testing/build';
import type * as Engine from '../engine';

const ENTRIES = {
  engine: 'engine/index.ts',
  'engine-handlers': 'engine/engine.ts',
  'engine-record': 'engine/record.ts',
  'engine-worker': 'engine/data/worker.ts',
};

/** For tests: the engine as it is built, with its worker threads and its recording process. */
export class TestEngine {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<TestEngine> {
    const folder = folderForTests('engine');
    await buildForTests(folder, ENTRIES);
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
