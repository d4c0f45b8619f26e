import type { RunActivity } from '@shared/protocol';
import type { Telling } from '@shared/run-news';
import type { ActiveRun } from './active-run';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';
import { Notices } from './notices';
import { RunRecorder } from './run-recorder';
import type { TrainingListener } from './training-listener';

/** Who takes part in a run: the engine works, the library records, and somebody looks on. */
export interface RunParties {
  readonly library: LibraryHost;
  readonly engine: EngineHost;
  readonly listener: TrainingListener;
}

/** Hears of a run's work; returns what `RunRecorder.add` does. */
export type Hear = (activity: RunActivity, telling: Telling) => Promise<void> | undefined;

/** Has the engine do a part of a run, and records what it tells. @throws what cannot be recorded, which ends the work; else what it throws */
export async function recording<T>({ library, listener }: RunParties, run: ActiveRun, work: (hear: Hear) => Promise<T>): Promise<T> {
  const { runId, progress } = run;
  const notices = new Notices((what) => listener.recorded(what));
  const recorder = new RunRecorder(
    async (news) => {
      await library.callAgain('runs.record', { runId, news });
      notices.add(news);
    },
    () => run.abort(),
  );
  const hear: Hear = (activity, telling) => {
    progress.tell(activity, telling);
    listener.changed(runId, progress.now, null);
    return recorder.add(telling.news);
  };
  progress.asks();
  const outcome = await work(hear).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  try {
    await recorder.done();
  } finally {
    notices.flush();
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
