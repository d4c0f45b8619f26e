import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { settingsFrom, type TrainSettings } from '@shared/settings';
import { buildForTests, folderForTests } from '../../../testing/build';
import type * as Built from './project';
import type { Project, ProjectListener } from './project';

const ENTRIES = {
  project: 'host/project/project.ts',
  library: 'library/index.ts',
  'library-reader': 'library/reader/thread.mjs',
  engine: 'engine/index.ts',
  'engine-record': 'engine/record.ts',
  'engine-worker': 'engine/data/worker.ts',
};

/** For tests: what window and terminal share as it is built, with its real child processes. */
export class TestHost {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<TestHost> {
    // Without the programs that put the engine into the idle class, where beside other tests it would never have its turn.
    process.env.PATH = '';
    const folder = folderForTests('host');
    await buildForTests(folder, ENTRIES);
    return new TestHost(folder);
  }

  /** A project with nothing open, to be closed by who asked for it. */
  project(listener: Partial<ProjectListener> = {}): Project {
    const built = createRequire(import.meta.url)(join(this.folder, 'project.js')) as typeof Built;
    return new built.Project({ window: false, event: () => undefined, log: () => undefined, ...listener });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** For tests: as short as a run can be that is more than one step: 3 steps an epoch for 6 unlabelled images. */
export function shortRun(changes: Partial<TrainSettings> = {}): TrainSettings {
  return settingsFrom('pruning', {
    method: 'sup',
    stepsPerEpoch: 20,
    crop: 32,
    batch: 2,
    epochs: 2,
    warmup: 1,
    compiled: false,
    threads: 1,
    ...changes,
  });
}

/** For tests: a folder of eight small pictures of noise, 1.png to 8.png. */
export async function pictures(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-host-'));
  mkdirSync(folder, { recursive: true });
  for (let id = 1; id <= 8; id++) {
    const data = Uint8Array.from({ length: 48 * 40 * 3 }, (_, i) => Math.imul(i + id, 2654435761) >>> 24);
    const png = await sharp(data, { raw: { width: 48, height: 40, channels: 3 } })
      .png()
      .toBuffer();
    writeFileSync(join(folder, `${id}.png`), png);
  }
  return folder;
}

/** For tests: makes a project of such a folder, whose first two pictures have labels of two classes. */
export async function openLabelled(project: Project, folder: string): Promise<void> {
  await project.library.open({ folder, create: { classes: ['a', 'b'].map((name) => ({ name, color: '' })) } });
  await project.library.call('project.index', null);
  for (const imageId of [1, 2]) {
    const diff = Uint32Array.of(0, 900, 255 | (0 << 8), 900, 900, 255 | (1 << 8));
    await project.library.call('labels.apply', { imageId, revision: 0, tool: 'brush', source: 'human', diff });
  }
}
