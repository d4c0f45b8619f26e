import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { EpochReport } from '@shared/domain';
import { PROJECT_OF_RUN } from '@shared/run';
import type { RunNews } from '@shared/run-news';
import { TestEngine } from './engine';
import { testRun } from './run';

/** What a training told. */
export interface Told {
  /** The loss of each step. */
  readonly losses: number[];
  readonly reports: EpochReport[];
  /** All news but the reports. */
  readonly news: RunNews[];
}

/** For tests that train: the built engine, and runs whose folders are gone after the file's tests. */
export class TestTrainings {
  #engine: TestEngine | null = null;
  readonly #folders: string[] = [];

  constructor() {
    beforeAll(async () => {
      this.#engine = await TestEngine.build();
    });
    afterAll(() => {
      this.#engine?.remove();
      for (const folder of this.#folders) rmSync(resolve(folder, PROJECT_OF_RUN), { recursive: true, force: true });
    });
  }

  /** Once the tests run. */
  get engine(): TestEngine {
    return this.#engine!;
  }

  /** The folder of a new run, see {@link testRun}. */
  async newRun(...run: Parameters<typeof testRun>): Promise<string> {
    const folder = await testRun(...run);
    this.#folders.push(folder);
    return folder;
  }

  /** Trains the run in a folder to its end, in this process. */
  async train(folder: string): Promise<Told> {
    const told: Told = { losses: [], reports: [], news: [] };
    await this.engine.handlers()['engine.train'](
      { folder },
      {
        signal: new AbortController().signal,
        progress: ({ step, loss, news }) => {
          if (loss !== null) told.losses[step - 1] = loss;
          for (const each of news) {
            if (each.kind === 'epoch') told.reports.push(each.report);
            else told.news.push(each);
          }
        },
      },
    );
    return told;
  }
}
