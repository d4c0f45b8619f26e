import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { EspalierError, isMissing } from '@shared/errors';
import { Evaluation } from '@shared/protocol';
import { TrainSettings } from '@shared/settings';
import { makeOwnFolder, writeOwnFile } from '../../../media/own-files';
import { Variation } from './combinations';

/** What each training of a sweep is measured by and learns from; a record made with another one is not continued. */
export const SweepData = z.object({
  truth: z.string(),
  /** Names of the images with truth. */
  images: z.array(z.string()),
  /** Image ids learnt from without labels; null: all that have none. */
  unlabelled: z.array(z.number().int()).nullable(),
});
export type SweepData = z.infer<typeof SweepData>;

export const SweepResult = Evaluation.pick({ network: true, bestEpoch: true, miou: true, accuracy: true });
export type SweepResult = z.infer<typeof SweepResult>;

/** A training that was begun. */
export const SweepEntry = z.object({
  variation: Variation,
  settings: TrainSettings,
  runId: z.string(),
  /** Null until it has been evaluated. */
  outcome: z.object({ seconds: z.number(), results: z.array(SweepResult) }).nullable(),
  /** Why it failed, in a sentence; null when it did not. */
  failure: z.string().nullable(),
});
export type SweepEntry = z.infer<typeof SweepEntry>;

const Stored = z.object({ version: z.literal(1), data: SweepData, entries: z.array(SweepEntry) });

/** The file of a sweep: which trainings have begun, and what the finished ones measured. */
export class SweepRecord {
  private constructor(
    private readonly file: string,
    private readonly data: SweepData,
    readonly entries: SweepEntry[],
  ) {}

  /**
   * Opens the record of a sweep, an empty one where there is no file yet.
   * @throws EspalierError SWEEP_OTHER when it was made with other images, FILE_UNREADABLE when it is damaged
   */
  static async open(file: string, name: string, data: SweepData): Promise<SweepRecord> {
    const content = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (content === null) return new SweepRecord(file, data, []);
    let stored: z.output<typeof Stored>;
    try {
      stored = Stored.parse(JSON.parse(content));
    } catch (cause) {
      throw new EspalierError('FILE_UNREADABLE', { file, reason: 'it is not the record of a sweep' }, { cause });
    }
    if (JSON.stringify(stored.data) !== JSON.stringify(data)) throw new EspalierError('SWEEP_OTHER', { name });
    return new SweepRecord(file, data, stored.entries);
  }

  /** The training with these settings, if it has begun. */
  find(settings: TrainSettings): SweepEntry | undefined {
    return this.entries.find((entry) => sameSettings(entry.settings, settings));
  }

  /** Puts an entry in the place of the one with its settings, and writes the file whole or not at all. */
  async put(entry: SweepEntry): Promise<void> {
    const at = this.entries.findIndex((known) => sameSettings(known.settings, entry.settings));
    if (at < 0) this.entries.push(entry);
    else this.entries[at] = entry;
    await makeOwnFolder(dirname(this.file));
    const stored = { version: 1, data: this.data, entries: this.entries } satisfies z.input<typeof Stored>;
    await writeOwnFile(this.file, JSON.stringify(stored, null, 1));
  }
}

function sameSettings(a: TrainSettings, b: TrainSettings): boolean {
  // Parsing puts the keys in the schema's order.
  return JSON.stringify(TrainSettings.parse(a)) === JSON.stringify(TrainSettings.parse(b));
}
