import { type ErrorCode, toEspalierError } from '@shared/errors';
import type { TrainSettings } from '@shared/settings';
import type { StartedRun } from '../training';
import type { Combination } from './combinations';
import type { SweepEntry, SweepRecord, SweepResult } from './record';

/** Failures of one training that say nothing about the next. */
const OWN_FAILURES: readonly ErrorCode[] = ['TRAIN_NAN', 'TRAIN_MEMORY', 'RUN_STOPPED_EARLY'];

export interface SweepParts {
  /** Starts a run, or continues the one of the id; `outcome` settles when it has trained. */
  readonly train: (settings: TrainSettings, continued: string | null) => Promise<StartedRun>;
  readonly evaluate: (runId: string) => Promise<SweepResult[]>;
  /** Hears of each training that has finished, failed, or had finished before. */
  readonly onEntry: (entry: SweepEntry, done: number, total: number) => void;
}

/**
 * Trains and evaluates what the record does not have yet, and records each step of it, so that an interrupted sweep goes on where it was.
 * @throws what training or evaluating throws, but for failures of the training itself, which are recorded and tried again next time;
 *   the signal's reason when it is aborted
 */
export async function runSweep(
  combinations: readonly Combination[],
  record: SweepRecord,
  parts: SweepParts,
  signal: AbortSignal,
): Promise<SweepEntry[]> {
  const entries: SweepEntry[] = [];
  for (const combination of combinations) {
    signal.throwIfAborted();
    const known = record.find(combination.settings);
    const entry = known?.outcome
      ? { ...known, variation: combination.variation }
      : await measure(combination, known, record, parts, signal);
    entries.push(entry);
    parts.onEntry(entry, entries.length, combinations.length);
  }
  return entries;
}

async function measure(
  { variation, settings }: Combination,
  known: SweepEntry | undefined,
  record: SweepRecord,
  parts: SweepParts,
  signal: AbortSignal,
): Promise<SweepEntry> {
  const { runId, outcome } = await parts.train(settings, known && known.failure === null ? known.runId : null);
  // Waited for below; a failure until then must not count as unhandled.
  outcome.catch(() => undefined);
  const begun: SweepEntry = { variation, settings, runId, outcome: null, failure: null };
  await record.put(begun);
  const entry = await finish(begun, outcome, parts, signal);
  await record.put(entry);
  return entry;
}

async function finish(begun: SweepEntry, outcome: StartedRun['outcome'], parts: SweepParts, signal: AbortSignal): Promise<SweepEntry> {
  try {
    const { seconds } = await outcome;
    // A run that was stopped has not finished.
    signal.throwIfAborted();
    return { ...begun, outcome: { seconds, results: await parts.evaluate(begun.runId) } };
  } catch (thrown) {
    const error = toEspalierError(thrown);
    if (signal.aborted || !OWN_FAILURES.includes(error.code)) throw thrown;
    return { ...begun, failure: error.message };
  }
}
